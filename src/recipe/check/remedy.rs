//! What to do about a value of the wrong kind, where the mistake is a known one.

use super::choose::list;
use super::scalar::EXACT;
use crate::normalize::fits;
use crate::origin::Source;
use crate::suggest::names;
use crate::yaml::{Atom, Data, Node, Scalar, parse};
use runner_declare::Kind;
use runner_ground::text::clip;
use runner_ground::text::closest;

/// The remedy, when there is an obvious one.
pub fn remedy(kind: &Kind, node: &Node, source: Option<&Source>) -> Option<String> {
    match (kind, &node.data) {
        (Kind::Name(of), _) => Some(list(&names(&of()))),
        (Kind::Bool, Data::Scalar(scalar)) => truth(scalar),
        (Kind::Integer { max, .. }, Data::Scalar(scalar)) => too_large(*max, scalar).or_else(|| number(scalar)),
        (Kind::Number(_), Data::Scalar(scalar)) => number(scalar),
        (Kind::Text | Kind::Path, Data::Scalar(scalar)) if !node.is_null() && scalar.atom != Atom::Text => {
            Some(format!("put it in quotes: \"{}\"", scalar.raw))
        }
        (Kind::Choice(words), Data::Scalar(scalar)) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            if node.is_null() && words.contains(&"none") {
                return Some("write 'none'".to_owned());
            }
            closest(&scalar.raw, &words).map(|word| format!("did you mean '{word}'?"))
        }
        (Kind::List { of, min: 0..=1, .. }, Data::Scalar(scalar)) if fits(of, node) => {
            Some(format!("write [{}]", scalar.raw))
        }
        (Kind::Layers | Kind::List { .. }, Data::Map(entries))
            if matches!(source, Some(Source::Set { .. } | Source::Environment(_))) =>
        {
            let key = entries.keys().next().map_or(String::new(), |key| clip(key));
            Some(format!(
                "write a number in place of '{key}': elements are counted from 0"
            ))
        }
        (Kind::Variant { of, .. }, Data::List(items)) => Some(one_of(&names(&of()), items)),
        (Kind::Layers, Data::Map(_)) => {
            Some("start each layer with '- ', or put brackets around them: [{linear: 10}, relu]".to_owned())
        }
        (Kind::Layers, Data::Scalar(scalar)) if !node.is_null() => {
            Some(format!("put brackets around the layers: [{}]", clip(&scalar.raw)))
        }
        (Kind::Either(kinds), _) => kinds.iter().find_map(|kind| remedy(kind, node, source)),
        _ => None,
    }
}

/// Several entries where one is chosen, or the layers of a network in the place of a model.
fn one_of(names: &[&str], items: &[Node]) -> String {
    let chosen = |item: &Node| {
        let name = item.text().or_else(|| item.get("name").and_then(Node::text));
        name.is_some_and(|name| names.contains(&name))
    };
    match items {
        [_] if items.iter().all(chosen) => "write it without the brackets".to_owned(),
        [_, ..] if items.iter().all(chosen) => {
            "write one of them; 'runner RECIPE -m KEY=VALUE,VALUE' tries each".to_owned()
        }
        _ => format!("{}; a list of layers is a 'network'", list(names)),
    }
}

fn truth(scalar: &Scalar) -> Option<String> {
    match scalar.raw.to_lowercase().as_str() {
        "yes" | "on" | "y" | "1" | "true" => Some("write true".to_owned()),
        "no" | "off" | "n" | "0" | "false" => Some("write false".to_owned()),
        _ => None,
    }
}

/// A number beyond those that floats count by ones: too large, or only written so that its digits are not known.
fn too_large(max: i64, scalar: &Scalar) -> Option<String> {
    const MOST: f64 = 9_223_372_036_854_775_807.0;
    match scalar.atom {
        Atom::Number(x) if x.fract() != 0.0 || x <= EXACT || max < i64::MAX => None,
        Atom::Number(x) if x < MOST => Some("write it with all its digits".to_owned()),
        Atom::Number(_) => Some(format!("the largest is {max}")),
        _ => None,
    }
}

fn number(scalar: &Scalar) -> Option<String> {
    if scalar.atom != Atom::Text {
        return None;
    }
    let reads_as_number = |text: &str| {
        let node = parse(text).0?;
        matches!(
            node.data,
            Data::Scalar(Scalar {
                atom: Atom::Integer(_) | Atom::Number(_),
                ..
            })
        )
        .then_some(())
    };
    if scalar.quoted && reads_as_number(&scalar.raw).is_some() {
        return Some("remove the quotes".to_owned());
    }
    let plain = scalar.raw.replace(['_', ' '], "");
    if plain != scalar.raw && reads_as_number(&plain).is_some() {
        return Some(format!("write {plain}"));
    }
    let percent: f64 = scalar.raw.strip_suffix('%')?.trim().parse().ok()?;
    percent.is_finite().then(|| format!("write {}", percent / 100.0))
}
