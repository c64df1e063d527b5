//! What is written is read back, by the reader of recipes and by the reader of what runner wrote.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{parse, write};
use crate::values;

/// What one reader or another takes for something else than text, or breaks.
#[rustfmt::skip]
const TRAPS: &[&str] = &[
    "", " ", "~", "null", "Null", "NULL", "true", "True", "false", "yes", "Yes", "no", "on", "off", "y", "n", "1",
    "-1", "+1", "0", "-0", "-0.0", "007", "+012", "0.", ".5", "-.5", "5.", "1e3", "1E-3", "1e400", "-1e400", "1_000",
    "0x1F", "0xFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFFF", "0o17", "0b101", "-0x10", "99999999999999999999", ".inf",
    "-.inf", "+.inf", ".Inf", ".nan", ".NaN", "nan", "inf", "Infinity", "-", "--", "---", "...", "- a", "-a", "?",
    "? a", ":", ": ", "a: b", "a:", ":a", "a:b", "#", "# a", "a # b", "a#b", "<<", "=", "*", "*a", "&a", "!", "!a",
    "!!str", "%", "%YAML 1.2", "@", "`", "|", ">", "|-", "'", "''", "'a'", "\"", "\"a\"", "[", "]", "[a]", "{", "}",
    "{}", "{a: b}", ",", "a, b", "\\", "\\n", "\\x01", "\\x01\"", "\t\\x01", "'\\x01\"b'", "a\\x01\" b", "\u{1}",
    "a\u{1}\"", "\u{1}\u{1}", "\0", "\t", "\ta", "a\t", "a\tb", "\n", "\n\n", "a\n", "\na", "a\nb", "a\n\nb\n\n",
    " a\n  b", "a \nb", "a\n b\n", "# a\nb", "---\na", "\r", "a\r", "a\rb", "a\r\nb", " a", "a ", "  a  ", "\u{7f}",
    "\u{85}", "a\u{85}b", "\u{a0}", "\u{2028}", "a\u{2028}b", "a\u{2029}", "\u{feff}", "\u{feff}a", "a\u{feff}b",
    "\u{fffe}", "\u{ffff}", "\u{fffd}", "\u{e000}", "\u{1f600}", "größe", "日本", "2001-12-14",
    "2001-12-14t21:59:43.10-05:00", "12:30:45", "190:20:30", "1 2", "a  b", "a 'b' \"c\"", "default",
    "x.yaml:3  # default",
];

#[rustfmt::skip]
const NUMBERS: &[f64] = &[
    0.0, -0.0, 1.0, -1.0, 0.1, 1e-8, 1e-5, 1e16, 1e17, 1e21, 1e300, -1e300, 5e-324, 2.225e-308, f64::MIN_POSITIVE,
    f64::MAX, f64::MIN, f64::EPSILON, 9_007_199_254_740_993.0, 9.223_372_036_854_776e18, 1.844_674_407_370_955_2e19,
];

#[rustfmt::skip]
const WHOLE: &[i64] = &[
    0, 1, -1, i64::MAX, i64::MIN, i64::MAX - 1, (1 << 53) + 1, u32::MAX as i64,
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(TRAPS).prop_map(str::to_owned),
        any::<String>(),
        any::<char>().prop_map(String::from),
        "[ -~]{0,12}",
        "[0-9a-fxo.eE+:_-]{1,8}",
        "[\\n\\r\\t \u{85}\u{2028}a#:'\"\\\\-]{1,8}",
    ];
    prop_oneof![
        4 => piece.clone(),
        2 => prop::collection::vec(piece, 2..5).prop_map(|pieces| pieces.concat()),
        1 => ("[ -~]{1,6}", 20..400usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

fn key() -> impl Strategy<Value = String> {
    text().prop_filter("no key is empty", |key| !key.is_empty())
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => prop::sample::select(WHOLE).prop_map(Value::from),
        1 => any::<f64>().prop_filter("JSON has finite numbers", |x| x.is_finite()).prop_map(Value::from),
        1 => prop::sample::select(NUMBERS).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..5).prop_map(|entries| Value::Object(Map::from_iter(entries))),
        ]
    })
}

fn written(tree: &Value) -> String {
    write(serde_yaml::to_value(tree).unwrap())
}

/// Equal to the bit: `==` takes -0.0 for 0.0.
fn same(a: &Value, b: &Value) -> bool {
    let (a_text, b_text) = (a.to_string(), b.to_string());
    a == b && a_text == b_text
}

fn reads_back(tree: &Value) -> Result<(), String> {
    let text = written(tree);
    let (node, flaws) = parse(&text);
    let read = node.map(|node| node.json());
    if !flaws.is_empty() || !read.as_ref().is_some_and(|read| same(read, tree)) {
        return Err(format!("{text:?}\nis read as {read:?}\nnot {tree:?}\n{flaws:?}"));
    }
    let read = values(&text);
    if tree.is_object() && !read.as_ref().is_some_and(|read| same(read, tree)) {
        return Err(format!("{text:?}\nis read by serde_yaml as {read:?}\nnot {tree:?}"));
    }
    Ok(())
}

#[test]
fn every_trap_is_read_back_wherever_it_stands() {
    for trap in TRAPS {
        for tree in [
            json!(trap),
            json!([trap]),
            json!({"a": trap}),
            json!({"a": [[trap, trap]], "b": 1}),
        ] {
            reads_back(&tree).unwrap();
        }
        if !trap.is_empty() {
            let key = *trap;
            for tree in [
                json!({key: 1}),
                json!({key: {key: key}}),
                json!([{key: [], "z": {}}]),
                json!({"a": {key: [key]}}),
            ] {
                reads_back(&tree).unwrap();
            }
        }
    }
    for number in NUMBERS {
        reads_back(&json!([number, {"a": number}])).unwrap();
    }
    for number in WHOLE {
        reads_back(&json!([number, {"a": number}])).unwrap();
    }
}

#[test]
fn a_value_stands_on_one_line() {
    for trap in TRAPS {
        assert_eq!(written(&json!({"a": trap})).lines().count(), 1, "{trap:?}");
    }
}

#[test]
fn plain_words_get_no_quotes_and_texts_that_are_none_get_some() {
    let text = written(&json!({"a": ["word", "a b", "1", "1e400", "two\nlines"], "b": {}, "c": []}));
    assert_eq!(
        text,
        "a:\n- word\n- a b\n- '1'\n- \"1e400\"\n- \"two\\nlines\"\nb: {}\nc: []\n"
    );
}

#[test]
fn whole_numbers_beyond_64_bits_with_a_sign_are_read_as_what_the_recipe_language_has() {
    let text = written(&json!({"a": u64::MAX}));
    assert_eq!(text, format!("a: {}\n", u64::MAX));
    assert_eq!(values(&text).unwrap()["a"].as_u64(), Some(u64::MAX));
    assert_eq!(parse(&text).0.unwrap().json(), json!({"a": u64::MAX as f64}));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_trees_are_read_back(tree in tree()) {
        reads_back(&tree).map_err(TestCaseError::fail)?;
    }
}
