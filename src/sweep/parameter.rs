//! The declaration of a parameter, and the space that a file's parameters make.

use super::distribution::{self, Distribution, Said};
use super::space::{Condition, Parameter, Space};
use super::spec::Method;
use runner_declare::{Field, KeyPath, Kind, Presence, Problem, Section, Settings, Value};
use runner_ground::error::{Error, Kind as ErrorKind, Result};
use runner_ground::text::one_line;
use runner_recipe::{Declared, assignment, keys, yaml};

/// How deep parameters nest: `network: {parameters: {0: {parameters: …}}}`.
macro_rules! sections {
    ($section:ident, $fields:ident, $nested:expr) => {
        pub static $section: Section = Section {
            name: "parameter",
            doc: "One thing that changes from trial to trial.",
            shorthand: None,
            fields: &$fields,
        };
        static $fields: [Field; 12] = fields($nested);
    };
}
sections!(INNERMOST, INNERMOST_FIELDS, &Kind::Bool);
sections!(THIRD, THIRD_FIELDS, &Kind::Section(&INNERMOST));
sections!(SECOND, SECOND_FIELDS, &Kind::Section(&THIRD));
sections!(SECTION, SECTION_FIELDS, &Kind::Section(&SECOND));

const fn fields(nested: &'static Kind) -> [Field; 12] {
    const fn optional(key: &'static str, doc: &'static str, kind: Kind) -> Field {
        Field {
            key,
            doc,
            kind,
            presence: Presence::Optional,
        }
    }
    [
        optional("value", "One value for all trials.", Kind::Any),
        optional(
            "values",
            "The values to choose from: numbers, words, or whole lists and mappings.",
            Kind::List {
                of: &Kind::Any,
                min: 1,
                max: 10_000,
            },
        ),
        optional(
            "probabilities",
            "How likely each of the values is; in the end they are divided by their sum.",
            Kind::List {
                of: &Kind::Number(runner_declare::Range::NON_NEGATIVE),
                min: 1,
                max: 10_000,
            },
        ),
        optional(
            "distribution",
            "How values are drawn. When absent: categorical for values; of min and max int_uniform where both are whole \
             and the recipe's key takes whole numbers, else uniform.",
            Kind::Choice(&distribution::NAMES),
        ),
        optional(
            "min",
            "The least value; of log_uniform and inv_log_uniform a natural logarithm.",
            Kind::Any,
        ),
        optional(
            "max",
            "The greatest value; of log_uniform and inv_log_uniform a natural logarithm.",
            Kind::Any,
        ),
        optional(
            "mu",
            "The mean of a normal distribution; of log_normal that of the logarithm.",
            Kind::Number(runner_declare::Range::ANY),
        ),
        optional(
            "sigma",
            "The standard deviation of a normal distribution.",
            Kind::Number(runner_declare::Range::POSITIVE),
        ),
        optional(
            "q",
            "Values are rounded to multiples of it.",
            Kind::Number(runner_declare::Range::POSITIVE),
        ),
        optional(
            "when",
            "The parameter is there only where others have these values: '{optimizer.name: sgd}', or a list of them.",
            Kind::Map(&Kind::Any),
        ),
        optional(
            "parameters",
            "Parameters of the keys below this one.",
            Kind::Map(nested),
        ),
        optional("description", "What it is, for people.", Kind::Text),
    ]
}

/// The space of a sweep's file.
pub fn space(declared: &Declared, method: Method, notes: &mut Vec<String>, problems: &mut Vec<Problem>) -> Space {
    let mut found = Vec::new();
    let at = KeyPath::from("parameters");
    if let Some(parameters) = declared.settings.get("parameters").and_then(Value::as_object) {
        collect(parameters, "", &at, method, &mut found, notes, problems);
    }
    // The order of a grid is that of the file, which places alone know.
    found.sort_by_key(|(place, _)| declared.locate(place));
    let places: Vec<KeyPath> = found.iter().map(|(place, _)| place.clone()).collect();
    let parameters: Vec<Parameter> = found.into_iter().map(|(_, parameter)| parameter).collect();
    check_together(&parameters, &places, problems);
    match Space::new(parameters) {
        Ok(space) => space,
        Err((index, message)) => {
            let place = places.get(index).cloned().unwrap_or(at);
            problems.push(Problem::new(place.join("when"), message));
            Space::default()
        }
    }
}

fn collect(
    entries: &Settings,
    above: &str,
    at: &KeyPath,
    method: Method,
    found: &mut Vec<(KeyPath, Parameter)>,
    notes: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) {
    for (key, value) in entries {
        let Some(settings) = value.as_object() else { continue };
        let place = at.join(key);
        let key = if above.is_empty() {
            key.clone()
        } else {
            format!("{above}.{key}")
        };
        if let Err(what) = keys(&key) {
            let message = format!("expected a recipe's key, such as 'optimizer.lr': {what}");
            problems.push(Problem::new(place, message));
            continue;
        }
        if let Some(inner) = settings.get("parameters").and_then(Value::as_object) {
            if settings.len() > 1 {
                let problem = Problem::new(place.clone(), "a parameter has values or parameters below it, not both");
                problems.push(problem.help("write the keys below it apart, such as 'optimizer.lr'"));
            }
            collect(inner, &key, &place.join("parameters"), method, found, notes, problems);
            continue;
        }
        match Distribution::of(settings) {
            Ok(Said {
                distribution,
                by_bounds,
                note,
            }) => {
                notes.extend(note.map(|note| format!("{key}: {note}")));
                if method == Method::Grid && distribution.grid(2).is_none() {
                    let problem = Problem::new(place.clone(), "a grid needs values that can be counted");
                    problems.push(problem.help("write 'values: […]', or give a q_uniform or int_uniform distribution"));
                }
                let when = conditions(settings);
                found.push((
                    place,
                    Parameter {
                        key,
                        distribution,
                        when,
                        by_bounds,
                    },
                ));
            }
            Err((key, message, help)) => {
                let place = key.map_or(place.clone(), |key| place.join(key));
                problems.push(Problem {
                    help,
                    ..Problem::new(place, message)
                });
            }
        }
    }
}

fn conditions(settings: &Settings) -> Vec<Condition> {
    let when = settings.get("when").and_then(Value::as_object);
    let condition = |(key, value): (&String, &Value)| Condition {
        key: key.clone(),
        values: match value {
            Value::Array(values) => values.clone(),
            value => vec![value.clone()],
        },
    };
    when.into_iter().flatten().map(condition).collect()
}

/// Keys that stand twice, or one within another; conditions on what is no parameter.
fn check_together(parameters: &[Parameter], places: &[KeyPath], problems: &mut Vec<Problem>) {
    let keys: Vec<&str> = parameters.iter().map(|parameter| parameter.key.as_str()).collect();
    for (index, parameter) in parameters.iter().enumerate() {
        let twice = keys[..index].iter().find(|key| **key == parameter.key);
        let within = |key: &&&str| {
            parameter
                .key
                .strip_prefix(**key)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        if twice.is_some() {
            problems.push(Problem::new(
                places[index].clone(),
                format!("'{}' stands here twice", parameter.key),
            ));
        } else if let Some(outer) = keys.iter().find(within)
            // One entry of a registry may be chosen by its parts: the name, and what only some names have.
            && parameters.iter().any(|other| other.key == **outer && !other.is_scalar())
        {
            let message = format!("'{}' is a part of '{outer}', which changes as a whole", parameter.key);
            problems.push(Problem::new(places[index].clone(), message));
        }
        for condition in &parameter.when {
            let at = places[index].join("when").join(&condition.key);
            match parameters.iter().find(|other| other.key == condition.key) {
                Some(other) => {
                    let never = condition.values.iter().find(|value| !other.distribution.may_be(value));
                    if let Some(value) = never {
                        problems.push(Problem::new(at, format!("'{}' is never {value}", condition.key)));
                    }
                }
                None => {
                    let problem = Problem::new(at, format!("there is no parameter '{}'", one_line(&condition.key)));
                    let near = runner_ground::text::closest(&condition.key, &keys);
                    problems.push(match near {
                        Some(near) => problem.help(format!("did you mean '{near}'?")),
                        None => problem.help("a condition names another parameter of the sweep"),
                    });
                }
            }
        }
    }
}

/// `KEY=V1,V2,…` of a command line as a space of values; commas within brackets and quotes are no separators.
///
/// # Errors
/// [`ErrorKind::Usage`] when a text is none.
pub fn shorthand(texts: &[String]) -> Result<Space> {
    let wrong = |text: &str, what: &str| {
        let message = format!("-m {}: {what}", one_line(text));
        Error::new(ErrorKind::Usage, message).help("such as -m optimizer.lr=1e-3,1e-2 network.0.linear=128,256")
    };
    let mut parameters: Vec<Parameter> = Vec::new();
    for text in texts {
        let Some((key, values)) = assignment(text) else {
            return Err(wrong(text, "expected KEY=VALUE,VALUE"));
        };
        let key = key.trim();
        if keys(key).is_err() {
            return Err(wrong(text, "expected keys joined by dots before '='"));
        }
        if parameters.iter().any(|parameter| parameter.key == key) {
            return Err(wrong(text, "this key stands here twice"));
        }
        let (node, flaws) = yaml::parse(&format!("[{values}]"));
        let values = match (node.map(|node| node.nowhere().json()), flaws.first()) {
            (Some(Value::Array(values)), None) if !values.is_empty() => values,
            (_, Some(flaw)) => {
                let error = wrong(text, &flaw.message);
                return Err(flaw.help.iter().fold(error, |error, help| error.help(help)));
            }
            _ => return Err(wrong(text, "there are no values")),
        };
        parameters.push(Parameter {
            key: key.to_owned(),
            distribution: Distribution::Categorical {
                values,
                probabilities: None,
            },
            when: Vec::new(),
            by_bounds: false,
        });
    }
    Space::new(parameters).map_err(|(_, message)| Error::new(ErrorKind::Usage, message))
}
