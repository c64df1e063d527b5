//! Comparisons between parameters: `network.0.linear >= 2 * network.2.linear`. Numbers, keys of parameters,
//! `+ - * /`, brackets, one comparison, and several of them joined by `and`. Nothing else, and nothing runs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::space::Values;
use runner_ground::text::closest;

/// Bytes of a constraint: its terms, too, nest in memory.
const LONGEST: usize = 1000;
/// Brackets and signs nest so deep.
const DEEPEST: usize = 50;

/// A checked comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    text: String,
    parts: Vec<Comparison>,
}

#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    left: Sum,
    sign: &'static str,
    right: Sum,
}

#[derive(Clone, Debug, PartialEq)]
enum Sum {
    Number(f64),
    Word(String),
    Key(String),
    Of(Box<(Sum, char, Sum)>),
}

/// The result of a sum.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    Number(f64),
    Word(String),
}

type Wrong = (String, String);

impl Constraint {
    /// A comparison of these parameters.
    ///
    /// # Errors
    /// The message and its remedy.
    pub fn parse(text: &str, keys: &[&str]) -> Result<Self, Wrong> {
        let mut reader = Reader {
            words: words(text)?,
            at: 0,
            depth: 0,
        };
        let mut parts = vec![reader.comparison()?];
        while reader.take("and") {
            parts.push(reader.comparison()?);
        }
        if let Some(word) = reader.words.get(reader.at) {
            return Err(wrong(&format!("'{word}' is not expected there")));
        }
        let constraint = Self {
            text: text.to_owned(),
            parts,
        };
        let mut named = Vec::new();
        constraint.parts.iter().for_each(|part| {
            part.left.keys(&mut named);
            part.right.keys(&mut named);
        });
        match named.iter().find(|key| !keys.contains(&key.as_str())) {
            Some(key) => {
                let help = match closest(key, keys) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("the parameters are {}", keys.join(", ")),
                };
                Err((format!("there is no parameter '{key}'"), help))
            }
            None => Ok(constraint),
        }
    }

    /// Whether it holds; `None` where it speaks of a parameter that is not there, or compares what cannot be.
    pub fn holds(&self, values: &Values) -> Option<bool> {
        let holds = |part: &Comparison| {
            let (left, right) = (part.left.value(values)?, part.right.value(values)?);
            let order = match (&left, &right) {
                (Found::Number(a), Found::Number(b)) => a.partial_cmp(b),
                (Found::Word(a), Found::Word(b)) => Some(a.cmp(b)),
                _ => return Some(part.sign == "!="),
            };
            Some(match part.sign {
                "<" => order.is_some_and(|order| order.is_lt()),
                "<=" => order.is_some_and(|order| order.is_le()),
                ">" => order.is_some_and(|order| order.is_gt()),
                ">=" => order.is_some_and(|order| order.is_ge()),
                "==" => order.is_some_and(|order| order.is_eq()),
                _ => order.is_none_or(|order| order.is_ne()),
            })
        };
        let mut all = true;
        for part in &self.parts {
            all &= holds(part)?;
        }
        Some(all)
    }
}

impl Sum {
    fn keys(&self, found: &mut Vec<String>) {
        match self {
            Sum::Key(key) => found.push(key.clone()),
            Sum::Of(parts) => {
                parts.0.keys(found);
                parts.2.keys(found);
            }
            Sum::Number(_) | Sum::Word(_) => {}
        }
    }

    fn value(&self, values: &Values) -> Option<Found> {
        match self {
            Sum::Number(x) => Some(Found::Number(*x)),
            Sum::Word(word) => Some(Found::Word(word.clone())),
            Sum::Key(key) => match values.get(key)? {
                serde_json::Value::String(word) => Some(Found::Word(word.clone())),
                serde_json::Value::Bool(truth) => Some(Found::Word(truth.to_string())),
                value => value.as_f64().map(Found::Number),
            },
            Sum::Of(parts) => {
                let (Found::Number(a), Found::Number(b)) = (parts.0.value(values)?, parts.2.value(values)?) else {
                    return None;
                };
                Some(Found::Number(match parts.1 {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                }))
            }
        }
    }
}

struct Reader {
    words: Vec<String>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next == word);
        self.at += usize::from(found);
        found
    }

    fn comparison(&mut self) -> Result<Comparison, Wrong> {
        let left = self.sum()?;
        let sign = ["<=", ">=", "==", "!=", "<", ">"]
            .into_iter()
            .find(|sign| self.take(sign));
        let sign = sign.ok_or_else(|| wrong("a comparison is missing: one of <, <=, >, >=, ==, !="))?;
        let right = self.sum()?;
        Ok(Comparison { left, sign, right })
    }

    fn sum(&mut self) -> Result<Sum, Wrong> {
        let mut sum = self.product()?;
        while let Some(sign) = ['+', '-'].into_iter().find(|sign| self.take(&sign.to_string())) {
            sum = Sum::Of(Box::new((sum, sign, self.product()?)));
        }
        Ok(sum)
    }

    fn product(&mut self) -> Result<Sum, Wrong> {
        let mut product = self.value()?;
        while let Some(sign) = ['*', '/'].into_iter().find(|sign| self.take(&sign.to_string())) {
            product = Sum::Of(Box::new((product, sign, self.value()?)));
        }
        Ok(product)
    }

    fn value(&mut self) -> Result<Sum, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong("the comparison is nested too deep"));
        }
        let value = self.single();
        self.depth -= 1;
        value
    }

    fn single(&mut self) -> Result<Sum, Wrong> {
        if self.take("(") {
            let sum = self.sum()?;
            return if self.take(")") {
                Ok(sum)
            } else {
                Err(wrong("a ')' is missing"))
            };
        }
        if self.take("-") {
            return Ok(Sum::Of(Box::new((Sum::Number(0.0), '-', self.value()?))));
        }
        let word = self
            .words
            .get(self.at)
            .cloned()
            .ok_or_else(|| wrong("it ends too soon"))?;
        self.at += 1;
        if let Some(quoted) = word.strip_prefix('"') {
            return Ok(Sum::Word(quoted.to_owned()));
        }
        match word.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Sum::Number(x)),
            _ if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => Ok(Sum::Key(word)),
            _ => Err(wrong(&format!("'{word}' is not expected there"))),
        }
    }
}

/// Numbers, keys, quoted words (with a leading quote) and signs.
fn words(text: &str) -> Result<Vec<String>, Wrong> {
    if text.len() > LONGEST {
        return Err(wrong(&format!("a constraint has at most {LONGEST} characters")));
    }
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' || first == '.' {
            let number = first.is_ascii_digit() || first == '.';
            let mut before = ' ';
            let end = rest.find(|c: char| {
                let sign = number && matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
                before = c;
                !(c.is_alphanumeric() || matches!(c, '_' | '.') || sign)
            });
            end.unwrap_or(rest.len())
        } else if let Some(quote @ ('"' | '\'')) = Some(first) {
            let inner = &rest[1..];
            let end = inner.find(quote).ok_or_else(|| wrong("a quote is not closed"))?;
            words.push(format!("\"{}\"", &inner[..end]).trim_end_matches('"').to_owned());
            rest = inner[end + 1..].trim_start();
            continue;
        } else if ["<=", ">=", "==", "!="].iter().any(|sign| rest.starts_with(sign)) {
            2
        } else if "<>+-*/()".contains(first) {
            1
        } else {
            return Err(wrong(&format!("'{first}' is not expected there")));
        };
        words.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

fn wrong(message: &str) -> Wrong {
    let help = "a constraint compares parameters, such as 'network.0.linear >= network.2.linear'".to_owned();
    (message.to_owned(), help)
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Constraint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

/// Its keys were checked when the sweep was made.
impl<'de> Deserialize<'de> for Constraint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut reader = Reader {
            words: words(&text).map_err(|(message, _)| serde::de::Error::custom(message))?,
            at: 0,
            depth: 0,
        };
        let failed = |(message, _): Wrong| serde::de::Error::custom(message);
        let mut parts = vec![reader.comparison().map_err(failed)?];
        while reader.take("and") {
            parts.push(reader.comparison().map_err(failed)?);
        }
        Ok(Self { text, parts })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const KEYS: [&str; 4] = ["network.0.linear", "network.2.linear", "optimizer.lr", "optimizer.name"];

    fn holds(text: &str, values: serde_json::Value) -> Option<bool> {
        let values: Values = serde_json::from_value(values).unwrap();
        Constraint::parse(text, &KEYS).unwrap().holds(&values)
    }

    #[test]
    fn comparisons_are_those_of_arithmetic() {
        let values =
            json!({"network.0.linear": 64, "network.2.linear": 16, "optimizer.lr": 1e-3, "optimizer.name": "sgd"});
        for (text, expected) in [
            ("network.0.linear >= network.2.linear", true),
            ("network.0.linear < 2 * network.2.linear", false),
            ("network.0.linear == 4*network.2.linear", true),
            ("optimizer.lr <= 1e-3 and network.0.linear > 100", false),
            ("1 + 2 * 3 == 7", true),
            ("(1 + 2) * 3 == 9", true),
            ("-1 - -2 == 1", true),
            ("8 / 4 / 2 == 1", true),
            ("optimizer.lr != 1e-3", false),
            ("optimizer.lr<1e+2", true),
            ("optimizer.name == 'sgd'", true),
            ("optimizer.name != \"adam\"", true),
            ("optimizer.name == 3", false),
        ] {
            assert_eq!(holds(text, values.clone()), Some(expected), "{text}");
        }
        assert_eq!(holds("network.0.linear > 1", json!({})), None, "it is not there");
    }

    #[test]
    fn what_is_no_comparison_is_refused() {
        for text in [
            "",
            "1",
            "1 <",
            "< 1",
            "(1 < 2",
            "1 < 2 3",
            "network.0.linear > other",
            "1 = 2",
            "'a < 1",
            "1 < 2 or 2 < 3",
        ] {
            assert!(Constraint::parse(text, &KEYS).is_err(), "{text}");
        }
        let (message, help) = Constraint::parse("network.0.liner > 1", &KEYS).unwrap_err();
        assert!(
            message.contains("network.0.liner") && help.contains("did you mean 'network.0.linear'"),
            "{help}"
        );
        assert!(Constraint::parse(&"(".repeat(100_000), &KEYS).is_err());
        assert!(Constraint::parse(&format!("{}1 < 2", "-".repeat(100_000)), &KEYS).is_err());
    }

    #[test]
    fn a_constraint_survives_json() {
        let constraint = Constraint::parse("network.0.linear >= 2 and optimizer.lr < 1", &KEYS).unwrap();
        let text = serde_json::to_string(&constraint).unwrap();
        assert_eq!(serde_json::from_str::<Constraint>(&text).unwrap(), constraint);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z0-9.<>=!+*/()'\" -]{0,40}|\\PC{0,20}") {
            let _ = Constraint::parse(&text, &KEYS);
        }
    }
}
