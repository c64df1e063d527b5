//! How a recipe goes about its task: by networks, or by a model. The highest layer that names one of them decides, and what files
//! below it say for the other goes, as the settings of another optimizer do.

use runner_declare::{Field, KeyPath, Kind, Problem, Section};

use super::diagnostic::Diagnostic;
use super::files::Layer;
use super::language::{Approach, Form, Language, MODEL};
use super::origin::{Origin, Source};
use super::suggest::meant;
use super::yaml::{Data, Entry, Node};

/// The form of a recipe with these layers, lowest first. Where one layer names networks and a model, that is
/// reported, and the model is taken away.
pub fn settle(language: &Language, layers: &mut [Layer], diagnostics: &mut Vec<Diagnostic>) -> Form {
    let task = task(language, layers);
    let by_networks = Form {
        task,
        approach: Approach::Network,
    };
    let Some(by_model) = by_networks.other(language) else {
        return by_networks;
    };
    let taken = take_away(layers, &by_networks, diagnostics);
    for layer in layers.iter_mut() {
        if named(layer, Approach::Network, &by_networks) && named(layer, Approach::Model, &by_networks) {
            diagnostics.extend(refuse_both(layer));
        }
    }
    let approach = |layer: &Layer| {
        let all = [Approach::Model, Approach::Network];
        all.into_iter().find(|&approach| named(layer, approach, &by_networks))
    };
    let highest = layers.iter().rposition(|layer| approach(layer).is_some());
    let Some((place, own)) = highest.and_then(|place| Some((place, approach(&layers[place])?))) else {
        return by_networks;
    };
    let (form, other) = match own {
        Approach::Network => (by_networks, by_model),
        Approach::Model => (by_model, by_networks),
    };
    let (below, _) = layers.split_at_mut(place);
    if taken || below.iter().any(|layer| approach(layer) == Some(other.approach)) {
        let (own, theirs) = (language.fields(form), language.fields(other));
        for layer in below
            .iter_mut()
            .filter(|layer| matches!(layer.source, Source::File { .. }))
        {
            keep(&mut layer.tree, &own, &theirs);
        }
    }
    form
}

/// The task that the highest layer names, or probably means.
fn task(language: &Language, layers: &[Layer]) -> Option<&'static Section> {
    let name = layers.iter().rev().find_map(|layer| layer.tree.get("task"))?;
    meant(&(language.tasks)(), name.text()?)
}

/// Whether a layer names what this approach needs.
fn named(layer: &Layer, approach: Approach, by_networks: &Form) -> bool {
    let fields = by_networks.task.map_or(&[] as &[Field], |task| task.fields);
    match approach {
        // A list there is one of layers, by the name that other tools have for them.
        Approach::Model => layer
            .tree
            .get(MODEL)
            .is_some_and(|node| !matches!(node.data, Data::List(_))),
        Approach::Network => fields
            .iter()
            .any(|field| matches!(field.kind, Kind::Layers) && layer.tree.get(field.key).is_some()),
    }
}

/// `model: null` takes away the model of the layers below, and `network: null` their network: nobody has both, so
/// these keys may be absent although one of them has to be there. Gives whether there was something to take away.
fn take_away(layers: &mut [Layer], by_networks: &Form, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let mut any = false;
    let networks = by_networks.task.map_or(&[] as &[Field], |task| task.fields).iter();
    let networks = networks.filter(|field| matches!(field.kind, Kind::Layers));
    for key in networks.map(|field| field.key).chain([MODEL]) {
        for index in 0..layers.len() {
            let (below, rest) = layers.split_at_mut(index);
            let Some(layer) = rest.first_mut().filter(|layer| is_written_null(layer, key)) else {
                continue;
            };
            let taken = below.iter_mut().filter_map(|layer| remove(layer, key)).count();
            any |= taken > 0;
            let Some(entry) = remove(layer, key).filter(|_| taken == 0) else {
                continue;
            };
            let origin = Origin {
                source: layer.source.clone(),
                at: entry.key_at,
            };
            let problem = Problem::new(KeyPath::from(key), format!("there is no '{key}' to take away"));
            diagnostics.push(Diagnostic::new(origin, problem.help("remove it")));
        }
    }
    any
}

/// A key whose value was forgotten is not meant to take anything away.
fn is_written_null(layer: &Layer, key: &str) -> bool {
    let written = |node: &Node| matches!(&node.data, Data::Scalar(scalar) if !scalar.raw.is_empty());
    layer.tree.get(key).is_some_and(|node| node.is_null() && written(node))
}

fn remove(layer: &mut Layer, key: &str) -> Option<Entry> {
    match &mut layer.tree.data {
        Data::Map(entries) => entries.remove(key),
        _ => None,
    }
}

fn refuse_both(layer: &mut Layer) -> Option<Diagnostic> {
    let Data::Map(entries) = &mut layer.tree.data else {
        return None;
    };
    let taken = entries.remove(MODEL)?;
    let origin = Origin {
        source: layer.source.clone(),
        at: taken.key_at,
    };
    let message = "a recipe has a 'network' or a 'model', not both";
    let problem = Problem::new(KeyPath::from(MODEL), message).help("remove one of the two");
    Some(Diagnostic::new(origin, problem))
}

/// Takes away the keys that only the other approach has, in sections too.
fn keep(tree: &mut Node, own: &[&'static Field], theirs: &[&'static Field]) {
    let Data::Map(entries) = &mut tree.data else { return };
    let of = |fields: &[&'static Field], key: &str| fields.iter().copied().find(|field| field.key == key);
    entries.retain(|key, _| of(own, key).is_some() || of(theirs, key).is_none());
    for (key, entry) in entries {
        if let (Some(Kind::Section(own)), Some(Kind::Section(theirs))) = (
            of(own, key).map(|field| &field.kind),
            of(theirs, key).map(|field| &field.kind),
        ) {
            let fields = |section: &'static Section| section.fields.iter().collect::<Vec<_>>();
            keep(&mut entry.value, &fields(own), &fields(theirs));
        }
    }
}
