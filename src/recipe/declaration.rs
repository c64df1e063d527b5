//! What a key of a recipe is declared to be, by its path.

use runner_declare::{Field, Kind, Presence};

use super::language::Language;
use super::suggest::{meant, torch_key};

/// A key's declaration.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// What values it takes.
    pub kind: &'static Kind,
    /// Whether it must be there; none for an element of a list or a free key of a mapping.
    pub presence: Option<&'static Presence>,
}

/// The declaration of the key at a path; `name` gives the entry of a registry that is chosen at one. None where there
/// is no such key.
pub fn declaration(
    language: &Language,
    fields: &[&'static Field],
    path: &[String],
    name: &dyn Fn(&[String]) -> Option<String>,
) -> Option<Declaration> {
    let (first, rest) = path.split_first()?;
    let field = *fields.iter().find(|field| field.key == first)?;
    let walk = Walk { language, path, name };
    walk.within(of(field), rest)
}

struct Walk<'a> {
    language: &'a Language,
    path: &'a [String],
    name: &'a dyn Fn(&[String]) -> Option<String>,
}

impl Walk<'_> {
    fn within(&self, found: Declaration, rest: &[String]) -> Option<Declaration> {
        let Some((key, below)) = rest.split_first() else {
            return Some(found);
        };
        let here = &self.path[..self.path.len() - rest.len()];
        let field = |fields: &'static [Field]| field_of(fields, key);
        match found.kind {
            Kind::Section(section) => self.within(of(field(section.fields)?), below),
            Kind::Variant { of: entries, common } => {
                let chosen = (self.name)(here).and_then(|name| meant(&entries(), &name));
                let own = chosen.and_then(|section| field(section.fields));
                self.within(of(own.or_else(|| field(common))?), below)
            }
            Kind::List { of, .. } | Kind::Map(of) => self.within(free(of), below),
            Kind::Layers => {
                let (layer, below) = match below.split_first() {
                    None => return None,
                    Some((layer, below)) => (meant(&(self.language.layers)(), layer)?, below),
                };
                let key = below.first().map(String::as_str).or(layer.shorthand)?;
                self.within(of(field_of(layer.fields, key)?), below.get(1..).unwrap_or_default())
            }
            Kind::Either(kinds) => kinds.iter().find_map(|kind| self.within(free(kind), rest)),
            _ => None,
        }
    }
}

/// The field of a key, by our name or PyTorch's.
fn field_of(fields: &'static [Field], key: &str) -> Option<&'static Field> {
    let named = |key: &str| fields.iter().find(|field| field.key == key);
    named(key).or_else(|| named(torch_key(key)?))
}

fn of(field: &'static Field) -> Declaration {
    Declaration {
        kind: &field.kind,
        presence: Some(&field.presence),
    }
}

fn free(kind: &'static Kind) -> Declaration {
    Declaration { kind, presence: None }
}
