//! What a recipe's layer becomes: an output shape, a Rust type, and numbers that are handed over when
//! the network runs. Only identifiers written here and integers ever reach generated code.

use super::type_expr::TypeExpr;
use runner_declare::{Chosen, KeyPath, Problem, Section, Value};

/// A layer that a recipe may name.
pub struct LayerDef {
    /// Name, doc and fields.
    pub section: Section,
    /// Infers shapes and picks the type, for a sample of this shape.
    pub lower: fn(&Chosen, &[usize]) -> Result<Lowered, Vec<Problem>>,
}

impl LayerDef {
    /// A setting as the recipe has it, or its default as the section declares it.
    fn setting(&self, layer: &Chosen, key: &str) -> Value {
        let declared = || {
            let field = self.section.fields.iter().find(|field| field.key == key)?;
            serde_json::from_str(field.presence.default()?).ok()
        };
        let given = layer.settings.get(key).cloned();
        given.or_else(declared).unwrap_or(Value::Null)
    }

    pub(super) fn number(&self, layer: &Chosen, key: &str) -> f64 {
        self.setting(layer, key).as_f64().unwrap_or_default()
    }

    pub(super) fn flag(&self, layer: &Chosen, key: &str) -> bool {
        self.setting(layer, key).as_bool().unwrap_or_default()
    }

    /// A count of at least 1.
    pub(super) fn size(&self, layer: &Chosen, key: &str) -> usize {
        let size = self.setting(layer, key).as_u64().unwrap_or(1);
        usize::try_from(size).unwrap_or(usize::MAX).max(1)
    }

    /// One number for both axes, or a list of one for each.
    pub(super) fn pair(&self, layer: &Chosen, key: &str) -> [usize; 2] {
        let size = |value: &Value| usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or(usize::MAX);
        match self.setting(layer, key) {
            Value::Array(pair) => [0, 1].map(|axis| pair.get(axis).map_or(0, size)),
            both => [size(&both); 2],
        }
    }

    pub(super) fn word(&self, layer: &Chosen, key: &str) -> String {
        self.setting(layer, key).as_str().unwrap_or_default().to_owned()
    }

    /// Lists of layers under one key; none when it is absent.
    pub(super) fn lists(&self, layer: &Chosen, key: &str) -> Result<Vec<Vec<Chosen>>, Vec<Problem>> {
        match self.setting(layer, key) {
            Value::Null => Ok(vec![]),
            value => serde_json::from_value(value).map_err(|error| {
                vec![Problem::new(
                    KeyPath::from(key),
                    format!("expected lists of layers: {error}"),
                )]
            }),
        }
    }

    /// A nested list of layers; empty when it is absent.
    pub(super) fn layers(&self, layer: &Chosen, key: &str) -> Result<Vec<Chosen>, Vec<Problem>> {
        match self.setting(layer, key) {
            Value::Null => Ok(vec![]),
            value => serde_json::from_value(value).map_err(|error| {
                vec![Problem::new(
                    KeyPath::from(key),
                    format!("expected a list of layers: {error}"),
                )]
            }),
        }
    }
}

/// One layer, or several fused into one, after shape inference.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// Names of the layers in it, as the recipe has them.
    pub names: Vec<String>,
    /// Shape of one sample coming out.
    pub output: Vec<usize>,
    /// Its type.
    pub ty: TypeExpr,
    /// Numbers for [`super::Layer::build`].
    pub hyperparameters: Vec<f64>,
    /// Trainable numbers.
    pub parameters: usize,
    /// Floating-point operations of one sample going forward; a multiply-add counts as two.
    pub flops: u64,
    /// Something the user should know, such as that an image is read as one row of features.
    pub note: Option<String>,
    /// Joins a following layer into this one, where one kernel does both.
    pub fuse: Option<fn(&Lowered, &Lowered) -> Option<Lowered>>,
    /// What it does with the steps of a sequence.
    pub steps: Steps,
    /// What in it is normalized over the batch: its place in the list of layers, and how many numbers of one sample each
    /// mean and variance is taken of.
    pub over_batch: Vec<(KeyPath, usize)>,
}

/// What a layer does with the steps of a sequence, where samples may have fewer than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Steps {
    /// It treats each by itself, or knows where a sample ends ([`super::Pass::lengths`]): what stands behind the end
    /// changes nothing before it.
    Apart,
    /// It reads them all, also those behind a sample's end.
    Mixed,
}

impl Lowered {
    /// A layer without parameters or hyperparameters that keeps the shape and does one operation on
    /// each number.
    pub(super) fn elementwise(name: &str, ty: TypeExpr, input: &[usize]) -> Self {
        Self {
            names: vec![name.to_owned()],
            output: input.to_vec(),
            ty,
            hyperparameters: vec![],
            parameters: 0,
            flops: numbers(input) as u64,
            note: None,
            fuse: None,
            steps: Steps::Apart,
            over_batch: vec![],
        }
    }

    /// The same, seen from further up.
    fn under(mut self, place: &KeyPath) -> Self {
        for (path, _) in &mut self.over_batch {
            *path = path.after(place);
        }
        self
    }

    /// The same for a layer that reads all steps, if its input is a sequence.
    pub(super) fn mixing(mut self, input: &[usize]) -> Self {
        if input.len() == 2 {
            self.steps = Steps::Mixed;
        }
        self
    }
}

/// The first layer that reads what stands behind a sample's end: its place among the recipe's layers.
pub fn first_mixed(layers: &[Lowered]) -> Option<usize> {
    let at = layers.iter().position(|layer| layer.steps == Steps::Mixed)?;
    Some(layers[..at].iter().map(|layer| layer.names.len()).sum())
}

/// Infers the shapes of a network's layers and fuses neighbours. Problems carry paths relative to the
/// list: `3.linear`. An image (not a sequence) that meets a linear layer first of all is read as one row of features.
///
/// # Errors
/// Every problem found. After a layer that does not fit, inference goes on as if it had been mended.
///
/// ```
/// use runner_declare::Chosen;
/// use runner_nn::lower_layers;
/// let layer = |name: &str, settings| Chosen { name: name.into(), settings };
/// let mut width = serde_json::Map::new();
/// width.insert("out_features".into(), 3.into());
/// let lowered = lower_layers(&[layer("linear", width), layer("relu", Default::default())], &[4]).unwrap();
/// assert_eq!(lowered.len(), 1);
/// assert_eq!(lowered[0].ty.to_string(), "linear::Linear<4, 3, linear::WithBias, relu::ReLU>");
/// ```
pub fn lower_layers(layers: &[Chosen], input: &[usize]) -> Result<Vec<Lowered>, Vec<Problem>> {
    let reads_flat = input.len() > 2 && layers.first().is_some_and(|first| first.name == "linear");
    if !reads_flat {
        return lower_nested(layers, input);
    }
    let flat = [numbers(input)];
    let mut lowered = lower_nested(layers, &flat)?;
    if let Some(first) = lowered.first_mut() {
        first.note = Some(format!(
            "each {} sample is read as {} features",
            show_shape(input),
            show_shape(&flat)
        ));
    }
    Ok(lowered)
}

/// The same for the layers inside a layer, where nothing is flattened unasked.
pub(super) fn lower_nested(layers: &[Chosen], input: &[usize]) -> Result<Vec<Lowered>, Vec<Problem>> {
    let mut lowered: Vec<Lowered> = Vec::with_capacity(layers.len());
    let mut shape = input.to_vec();
    let mut problems = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let place = KeyPath::root().join(index).join(&layer.name);
        let next = match lower_one(layer, &shape) {
            Ok(next) => next.under(&place),
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| problem.under(&place)));
                // The likeliest remedy is a 'flatten' before it, else one that keeps the shape.
                shape = lower_one(layer, &[numbers(&shape)]).map_or(shape, |mended| mended.output);
                continue;
            }
        };
        shape.clone_from(&next.output);
        let fused = lowered
            .last()
            .and_then(|last| last.fuse.and_then(|fuse| fuse(last, &next)));
        match fused {
            Some(fused) => {
                lowered.pop();
                lowered.push(fused);
            }
            None => lowered.push(next),
        }
    }
    if problems.is_empty() {
        Ok(lowered)
    } else {
        Err(problems)
    }
}

/// Blocks may lie inside blocks this deep; rustc's own limits come later.
const MAX_DEPTH: usize = 16;

/// Refuses a block in which blocks lie too deep inside each other.
pub(super) fn nested_depth(layer: &Chosen) -> Result<(), Vec<Problem>> {
    if depth(layer, MAX_DEPTH + 1) > MAX_DEPTH {
        let message = format!("blocks lie more than {MAX_DEPTH} deep inside each other");
        return Err(vec![Problem::new(KeyPath::root(), message)]);
    }
    Ok(())
}

/// The lists of layers that lie in a layer, with their places in it: `layers`, `branches.1`.
pub fn lists_within(layer: &Chosen) -> Vec<(KeyPath, Vec<Chosen>)> {
    let mut lists = Vec::new();
    for (key, value) in &layer.settings {
        let place = KeyPath::from(key.as_str());
        if let Ok(list) = serde_json::from_value::<Vec<Chosen>>(value.clone()) {
            lists.push((place, list));
        } else if let Ok(several) = serde_json::from_value::<Vec<Vec<Chosen>>>(value.clone()) {
            let several = several.into_iter().enumerate();
            lists.extend(several.map(|(index, list)| (place.join(index), list)));
        }
    }
    lists
}

/// How deep blocks lie inside each other, itself counted. Ends early once it is too deep.
fn depth(layer: &Chosen, limit: usize) -> usize {
    let lists = lists_within(layer);
    if lists.is_empty() || limit == 0 {
        return usize::from(!lists.is_empty());
    }
    let layers = lists.iter().flat_map(|(_, layers)| layers);
    let inner = layers.map(|layer| depth(layer, limit - 1));
    1 + inner.max().unwrap_or(0)
}

/// Lowers a list of layers that lies in a layer; its problems are found under the list's place.
pub(super) fn lower_list(place: &KeyPath, layers: &[Chosen], input: &[usize]) -> Result<Vec<Lowered>, Vec<Problem>> {
    match lower_nested(layers, input) {
        Ok(lowered) => Ok(lowered.into_iter().map(|layer| layer.under(place)).collect()),
        Err(problems) => Err(problems.into_iter().map(|p| p.under(place)).collect()),
    }
}

/// Several layers as one, `None` when there are none.
pub(super) fn joined(layers: Vec<Lowered>) -> Option<Lowered> {
    let output = layers.last()?.output.clone();
    let ty = TypeExpr::chain(layers.iter().map(|layer| layer.ty.clone()).collect())?;
    let mut joined = Lowered::elementwise("", ty, &output);
    joined.flops = layers.iter().fold(0, |sum, layer| sum.saturating_add(layer.flops));
    joined.parameters = layers.iter().map(|layer| layer.parameters).sum();
    if layers.iter().any(|layer| layer.steps == Steps::Mixed) {
        joined.steps = Steps::Mixed;
    }
    for layer in layers {
        joined.hyperparameters.extend(layer.hyperparameters);
        joined.over_batch.extend(layer.over_batch);
    }
    Some(joined)
}

fn lower_one(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let def = super::LAYERS
        .iter()
        .find(|def| def.section.name == layer.name)
        .ok_or_else(|| vec![Problem::new(KeyPath::root(), format!("unknown layer {:?}", layer.name))])?;
    (def.lower)(layer, input)
}

/// The features of a flat input.
pub(super) fn flat_input(name: &str, input: &[usize]) -> Result<usize, Vec<Problem>> {
    match *input {
        [size] => Ok(size),
        _ => Err(vec![
            Problem::new(
                KeyPath::root(),
                format!("{name} expects a flat input, got {}", show_shape(input)),
            )
            .help("add 'flatten' before it"),
        ]),
    }
}

/// Channels, height and width of an image. `remedy` is for a flat input, which could be made such an image.
pub(super) fn image_input(
    name: &str,
    input: &[usize],
    remedy: impl FnOnce([usize; 3]) -> String,
) -> Result<[usize; 3], Vec<Problem>> {
    <[usize; 3]>::try_from(input).map_err(|_| {
        let message = format!(
            "{name} expects an image (channels×height×width), got {}",
            show_shape(input)
        );
        let problem = Problem::new(KeyPath::root(), message);
        vec![match *input {
            [size] => problem.help(remedy(square(size))),
            _ => problem,
        }]
    })
}

/// An image of so many numbers, square where that can be.
fn square(size: usize) -> [usize; 3] {
    let side = size.isqrt();
    if side * side == size {
        [1, side, side]
    } else {
        [1, 1, size]
    }
}

/// Numbers in one sample.
pub fn numbers(shape: &[usize]) -> usize {
    shape.iter().fold(1, |product, &size| product.saturating_mul(size))
}

/// A shape for people: `64×12×12`.
pub fn show_shape(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×")
}
