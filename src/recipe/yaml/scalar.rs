//! What a plain scalar means: the core schema of YAML 1.2.2, section 10.3.2. `1e-3` and `.5` are
//! numbers, `0x10` is 16, and `yes`, `1_000` and anything in quotes are text.

use super::node::{Atom, Scalar};

/// A scalar as written, resolved.
pub fn resolve(raw: &str, quoted: bool) -> Scalar {
    let atom = if quoted { Atom::Text } else { plain(raw) };
    Scalar {
        raw: raw.to_owned(),
        quoted,
        atom,
    }
}

fn plain(raw: &str) -> Atom {
    match raw {
        "" | "~" | "null" | "Null" | "NULL" => return Atom::Null,
        "true" | "True" | "TRUE" => return Atom::Bool(true),
        "false" | "False" | "FALSE" => return Atom::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Atom::Number(f64::NAN),
        _ => {}
    }
    let (sign, unsigned) = match raw.as_bytes() {
        [b'-', ..] => (-1.0, &raw[1..]),
        [b'+', ..] => (1.0, &raw[1..]),
        _ => (1.0, raw),
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Atom::Number(sign * f64::INFINITY);
    }
    radix(raw).or_else(|| decimal(raw, unsigned)).unwrap_or(Atom::Text)
}

/// `0x1F` and `0o17`; the core schema gives them no sign.
fn radix(raw: &str) -> Option<Atom> {
    let (digits, base) = match raw.get(..2)? {
        "0x" => (&raw[2..], 16),
        "0o" => (&raw[2..], 8),
        _ => return None,
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    // More digits than 64 bits hold are text to the schema's readers; no field takes such a number.
    i64::from_str_radix(digits, base).ok().map(Atom::Integer)
}

fn decimal(raw: &str, unsigned: &str) -> Option<Atom> {
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let has_digits = !whole.is_empty() || fraction.is_some_and(|f| !f.is_empty());
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    if !(has_digits && exponent_ok && digits(whole) && fraction.is_none_or(digits)) {
        return None;
    }
    if fraction.is_none()
        && exponent.is_none()
        && let Ok(integer) = raw.parse()
    {
        return Some(Atom::Integer(integer));
    }
    raw.parse().ok().map(Atom::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(raw: &str) -> Atom {
        resolve(raw, false).atom
    }

    #[test]
    fn the_core_schema_decides() {
        assert_eq!(atom("1e-3"), Atom::Number(1e-3));
        assert_eq!(atom("1E3"), Atom::Number(1000.0));
        assert_eq!(atom(".5"), Atom::Number(0.5));
        assert_eq!(atom("-.5e+1"), Atom::Number(-5.0));
        assert_eq!(atom("5."), Atom::Number(5.0));
        assert_eq!(atom("0x10"), Atom::Integer(16));
        assert_eq!(atom("0o17"), Atom::Integer(15));
        assert_eq!(atom("017"), Atom::Integer(17));
        assert_eq!(atom("-12"), Atom::Integer(-12));
        assert_eq!(atom("+12"), Atom::Integer(12));
        assert_eq!(atom("99999999999999999999"), Atom::Number(1e20));
        assert_eq!(atom("-.inf"), Atom::Number(f64::NEG_INFINITY));
        assert!(matches!(atom(".nan"), Atom::Number(x) if x.is_nan()));
        assert_eq!(atom("~"), Atom::Null);
        assert_eq!(atom(""), Atom::Null);
        assert_eq!(atom("True"), Atom::Bool(true));
        for text in [
            "yes", "no", "on", "1_000", "1,5", "1e", "e3", ".", "+", "-", "-0x1", "0x", "inf", "nan", "1e5.0", "٣",
            "1 2",
        ] {
            assert_eq!(atom(text), Atom::Text, "{text}");
        }
    }

    #[test]
    fn quotes_make_text() {
        assert_eq!(resolve("2", true).atom, Atom::Text);
        assert_eq!(resolve("", true).atom, Atom::Text);
    }
}
