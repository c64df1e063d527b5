use super::super::{Atom, Scalar, parse};
use super::*;

fn only_flaw(text: &str) -> Flaw {
    let (_, mut flaws) = parse(text);
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    flaws.remove(0)
}

#[test]
fn places_count_from_one_in_characters() {
    let (tree, flaws) = parse("\u{feff}größe: {ä: 1, b: [x, y]}\n");
    assert_eq!(flaws, []);
    let tree = tree.unwrap();
    let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let (key_at, value) = tree.walk(&path(&["größe", "ä"])).unwrap();
    assert_eq!(
        (key_at, value.at),
        (Place { line: 1, column: 9 }, Place { line: 1, column: 12 })
    );
    let (_, y) = tree.walk(&path(&["größe", "b", "1"])).unwrap();
    assert_eq!((y.at.column, y.text()), (22, Some("y")));
}

#[test]
fn every_duplicate_key_is_reported_with_its_path() {
    let (tree, flaws) = parse("a:\n  b: 1\n  b: 2\nc: [{d: 1, d: 2}]\na: 3\n");
    let found: Vec<_> = flaws.iter().map(|f| (f.at.line, f.path.join("."))).collect();
    assert_eq!(
        found,
        [(3, "a.b".to_owned()), (4, "c.0.d".to_owned()), (5, "a".to_owned())]
    );
    let first = tree.unwrap().get("a").unwrap().get("b").unwrap().clone();
    assert!(matches!(
        first.data,
        Data::Scalar(Scalar {
            atom: Atom::Integer(1),
            ..
        })
    ));
}

#[test]
fn aliases_stand_for_their_anchors() {
    let (tree, flaws) = parse("a: &x {lr: 1}\nb: *x\nc: &y [*x, *x]\nd: *y\n");
    assert_eq!(flaws, []);
    let tree = tree.unwrap();
    assert_eq!(tree.get("a"), tree.get("b"));
    assert_eq!(tree.get("c"), tree.get("d"));
}

#[test]
fn alias_bombs_stay_within_the_caps() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        let aliases = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    assert!(only_flaw(&bomb).message.starts_with("more than 100000 values or 4 MiB"));
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(100));
    assert!(only_flaw(&long).message.starts_with("more than 100000 values or 4 MiB"));
    let nested = (1..40).fold("&a0 [1]".to_owned(), |inner, i| {
        format!("&a{i} [{inner}{}]", ", 1".repeat(100))
    });
    assert_eq!(parse(&nested).1, []);
    assert!(only_flaw("a: &a [*a]").message.contains("inside the value"));
    assert!(only_flaw("a: *b").message.contains("unknown anchor"));
}

#[test]
fn depth_is_bounded_with_and_without_aliases() {
    assert_eq!(parse(&format!("{}1{}", "[".repeat(64), "]".repeat(64))).1, []);
    for depth in [65, 200, 500_000] {
        let flaw = only_flaw(&"[".repeat(depth));
        assert_eq!(flaw.message, "lists and mappings nest more than 64 levels deep");
    }
    let mut ladder = String::from("a0: &a0 [1]\n");
    for i in 1..100 {
        ladder.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
    }
    assert_eq!(
        only_flaw(&ladder).message,
        "lists and mappings nest more than 64 levels deep"
    );
    let block: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert_eq!(
        only_flaw(&block).message,
        "lists and mappings nest more than 64 levels deep"
    );
}

#[test]
fn what_recipes_do_not_use_is_refused() {
    assert!(
        only_flaw("a: !!python/object:os.system x")
            .message
            .contains("the tag '!!python/object:os.system'")
    );
    assert!(only_flaw("a: !mine {b: 1}").message.contains("the tag '!mine'"));
    assert!(only_flaw("a: {<<: {b: 1}}").message.contains("merge keys"));
    assert!(only_flaw("a: 1\n---\nb: 2\n").message.contains("a second document"));
    assert!(only_flaw("? [a]\n: b\n").message.contains("cannot be a key"));
    assert!(only_flaw("a:\n\tb: 1\n").message.contains("a tab in the indentation"));
}

#[test]
fn nothing_is_nothing() {
    for text in ["", "\n\n", "# only a comment\n", "\u{feff}"] {
        assert_eq!(parse(text), (None, vec![]), "{text:?}");
    }
}
