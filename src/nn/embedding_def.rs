//! What a recipe may say of an embedding.

use super::def::{LayerDef, Lowered, show_shape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};

/// `embedding: {num_embeddings: 65, embedding_dim: 64}`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "embedding",
        doc: "A learnt row of numbers for each id of a sequence: y[t] = W[x[t]] (torch.nn.Embedding).",
        fields: &[
            Field {
                key: "num_embeddings",
                doc: "How many ids there are: they go from 0 to one less.",
                kind: Kind::Integer { min: 1, max: 1 << 20 },
                presence: Presence::Required,
            },
            Field {
                key: "embedding_dim",
                doc: "Numbers in the row of an id.",
                kind: Kind::Integer { min: 1, max: 1 << 16 },
                presence: Presence::Required,
            },
            Field {
                key: "padding_idx",
                doc: "An id that only fills up: its row is 0 and stays so.",
                kind: Kind::Integer { min: 0, max: 1 << 20 },
                presence: Presence::Optional,
            },
        ],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let [steps] = *input else {
        return Err(vec![
            Problem::new(
                KeyPath::root(),
                format!("{} expects a sequence of ids, got {}", layer.name, show_shape(input)),
            )
            .help("it comes first in a network that reads text; 'flatten' makes one sequence of an image"),
        ]);
    };
    let ids = DEF.size(layer, "num_embeddings");
    let width = DEF.size(layer, "embedding_dim");
    let padding = layer
        .settings
        .get("padding_idx")
        .and_then(runner_declare::Value::as_u64);
    let padding = padding.map_or(ids, |id| usize::try_from(id).unwrap_or(usize::MAX));
    if padding > ids || (padding == ids && layer.settings.get("padding_idx").is_some_and(|id| !id.is_null())) {
        let problem = format!("id {padding} is none of the {ids} from 0 to {}", ids - 1);
        return Err(vec![Problem::new(KeyPath::from("padding_idx"), problem)]);
    }
    let ty = TypeExpr::new("embedding::Embedding", [steps, ids, width, padding].map(Argument::Size));
    let output = [steps, width];
    Ok(Lowered {
        output: output.to_vec(),
        parameters: ids.saturating_mul(width),
        fuse: Some(super::recurrent::fuse_embedding),
        ..Lowered::elementwise(&layer.name, ty, &output)
    })
}
