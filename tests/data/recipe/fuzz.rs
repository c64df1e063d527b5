//! Anything at all: a recipe or an error, never a panic.

use proptest::prelude::*;
use runner::recipe::yaml;

use super::language::{Files, GOOD, load};

/// Text in which YAML's own characters are common.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("- "),
        Just(": "),
        Just("\n"),
        Just("\n  "),
        Just("\t"),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(", "),
        Just("&a "),
        Just("*a"),
        Just("<<"),
        Just("!!x "),
        Just("? "),
        Just("|\n"),
        Just(">-\n"),
        Just("---\n"),
        Just("...\n"),
        Just("%YAML 1.2\n"),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("#"),
        Just("null"),
        Just("1e-3"),
        Just("linear"),
        Just("network"),
        Just("name"),
        Just("optimizer"),
        Just("task"),
        Just("\u{feff}"),
        Just("ä"),
        Just("\r"),
        Just("\0"),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_is_refused(text in prop_oneof![any::<String>(), yamlish()]) {
        let (_, flaws) = yaml::parse(&text);
        // An empty value at the very end may be reported one line behind it.
        let lines = text.split(['\n', '\r']).count() + 1;
        prop_assert!(flaws.iter().all(|flaw| (1..=lines).contains(&flaw.at.line) && flaw.at.column > 0), "{flaws:?}");
    }

    #[test]
    fn any_bytes_in_a_good_recipe(at in 0..GOOD.len(), cut in 0usize..40, with in prop_oneof![yamlish(), any::<String>()]) {
        let end = (at + cut).min(GOOD.len());
        let _ = load(&format!("{}{with}{}", &GOOD[..at], &GOOD[end..]));
    }

    #[test]
    fn any_override(key in "[a-z0-9.]{0,20}|network\\.[0-9]{1,22}(\\.[a-z]{1,7})?|optimizer(\\.[a-z]{1,5})?", value in prop_oneof![yamlish(), any::<String>()]) {
        let files = Files::new(&[("x.yaml", GOOD)]);
        let _ = files.load("x.yaml", &[&format!("{key}={value}"), &key], &[(&format!("RUNNER__{}", key.replace('.', "__")), &value)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let files = Files::new(&[]);
        std::fs::write(files.path("x.yaml"), &bytes).unwrap();
        let _ = files.load("x.yaml", &[], &[]);
    }

    #[test]
    fn two_values_swapped(a in 0usize..60, b in 0usize..60) {
        let mut words: Vec<&str> = GOOD.split_inclusive([' ', '\n']).collect();
        let (a, b) = (a % words.len(), b % words.len());
        words.swap(a, b);
        let _ = load(&words.concat());
    }
}
