//! The keys of a dotted path, as `--set` and a sweep's parameters write one: `network.0.linear`, and in quotes what has
//! dots of its own: `dataset.columns."unit.price".missing`.

/// The keys of a path.
///
/// ```
/// use runner_recipe::keys;
/// assert_eq!(keys("optimizer.lr").unwrap(), ["optimizer", "lr"]);
/// assert_eq!(keys(r#"columns."a.b".missing"#).unwrap(), ["columns", "a.b", "missing"]);
/// assert!(keys("optimizer..lr").is_err() && keys("columns.\"a.b").is_err());
/// ```
///
/// # Errors
/// What is wrong: an empty key, or a quote that is not closed.
pub fn keys(path: &str) -> Result<Vec<String>, &'static str> {
    let mut keys = Vec::new();
    let mut rest = path;
    loop {
        let (key, after) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = &rest[1..];
                let end = inner.find(quote).ok_or("a quote is not closed")?;
                (&inner[..end], &inner[end + 1..])
            }
            _ => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if key.is_empty() {
            return Err("a key is missing");
        }
        keys.push(key.to_owned());
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(keys),
            None => return Err("a '.' is missing after a quote"),
        }
    }
}

/// A text of the form `KEY=VALUE`, divided; an '=' in quotes of the key divides nothing.
pub fn assignment(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut starts = true;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '=' => return Some((&text[..at], &text[at + 1..])),
            None if starts && matches!(c, '"' | '\'') => quote = Some(c),
            None => {}
        }
        starts = c == '.' || (starts && c.is_whitespace());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equals_sign_in_quotes_belongs_to_the_key() {
        let text = r#"dataset.columns."a=b.c".missing=mean"#;
        assert_eq!(assignment(text), Some((r#"dataset.columns."a=b.c".missing"#, "mean")));
        assert_eq!(assignment("name=\"x=y\""), Some(("name", "\"x=y\"")));
        assert_eq!(
            assignment("it's.a=b"),
            Some(("it's.a", "b")),
            "a quote within a key is a letter of it"
        );
        assert_eq!(assignment("seed"), None);
    }
}
