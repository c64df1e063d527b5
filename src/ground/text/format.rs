//! Numbers for people: the same in the terminal and on the page.

use std::time::Duration;

/// A number with about four digits.
///
/// ```
/// use runner_ground::text::format::number;
/// assert_eq!(number(0.0), "0");
/// assert_eq!(number(0.12345), "0.1235");
/// assert_eq!(number(123.456), "123.5");
/// assert_eq!(number(0.00012345), "1.23e-4");
/// assert_eq!(number(f64::NAN), "NaN");
/// ```
pub fn number(x: f64) -> String {
    let size = x.abs();
    match size {
        _ if !x.is_finite() => x.to_string(),
        0.0 => "0".to_owned(),
        _ if !(1e-3..1e6).contains(&size) => shorten_exponent(&format!("{x:.2e}")),
        _ if size < 10.0 => format!("{x:.4}"),
        _ if size < 100.0 => format!("{x:.2}"),
        _ if size < 1e4 => format!("{x:.1}"),
        _ => format!("{x:.0}"),
    }
}

/// A value of the data: at most four decimals, since many are binary fractions of shorter numbers.
///
/// ```
/// assert_eq!(runner_ground::text::format::value(f64::from(6.7f32)), "6.7");
/// ```
pub fn value(x: f64) -> String {
    if !(1e-3..1e6).contains(&x.abs()) {
        return number(x);
    }
    let text = format!("{x:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number with six digits, and at most four decimals.
///
/// ```
/// use runner_ground::text::format::six_digits;
/// assert_eq!(six_digits(185_618.7969), "185619");
/// assert_eq!(six_digits(12.34567), "12.3457");
/// assert_eq!(six_digits(0.5), "0.5");
/// ```
pub fn six_digits(x: f64) -> String {
    let size = x.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-3) {
        return number(x);
    }
    let before = if size < 1.0 { 1 } else { size.log10() as usize + 1 };
    let text = format!("{x:.0$}", 6usize.saturating_sub(before).min(4));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A learning rate: as short as it is.
///
/// ```
/// use runner_ground::text::format::rate;
/// assert_eq!(rate(0.001), "1e-3");
/// assert_eq!(rate(0.05), "0.05");
/// ```
pub fn rate(x: f64) -> String {
    if x == 0.0 || !x.is_finite() || (0.01..1000.0).contains(&x.abs()) {
        let text = format!("{x:.4}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    shorten_exponent(&format!("{x:.3e}"))
}

/// `1.50e-4` is `1.5e-4`.
fn shorten_exponent(text: &str) -> String {
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => {
            let digits = digits.trim_end_matches('0').trim_end_matches('.');
            format!("{digits}e{exponent}")
        }
        _ => text.to_owned(),
    }
}

/// A whole number in groups of three.
///
/// ```
/// assert_eq!(runner_ground::text::format::count(1234567), "1,234,567");
/// ```
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many there are of something.
///
/// ```
/// use runner_ground::text::format::plural;
/// assert_eq!(plural(1, "row", "rows"), "1 row");
/// assert_eq!(plural(1500, "row", "rows"), "1,500 rows");
/// ```
#[must_use]
pub fn plural(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n as u64), if n == 1 { one } else { many })
}

/// A whole number, three digits and its thousands: `1.2 k`, `41.9 M`, `3.1 G`.
pub fn short_count(n: u64) -> String {
    scaled(n as f64, 1000.0, &["", " k", " M", " G", " T", " P"])
}

/// Bytes: `1.2 MB`, in powers of 1000.
///
/// ```
/// assert_eq!(runner_ground::text::format::bytes(9_912_422), "9.9 MB");
/// ```
pub fn bytes(n: u64) -> String {
    scaled(n as f64, 1000.0, &[" B", " kB", " MB", " GB", " TB", " PB"])
}

fn scaled(mut x: f64, base: f64, units: &[&str]) -> String {
    let mut units = units.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    let whole = x < base;
    for next in units {
        // Rounds up before it would print 1000.0.
        if x < base - 0.05 {
            break;
        }
        x /= base;
        unit = next;
    }
    if whole {
        format!("{x:.0}{unit}")
    } else {
        format!("{x:.1}{unit}")
    }
}

/// A time span: `4.1 s`, `2 min 05 s`, `1 h 12 min`.
///
/// ```
/// use runner_ground::text::format::seconds;
/// assert_eq!(seconds(4.13), "4.1 s");
/// assert_eq!(seconds(125.0), "2 min 05 s");
/// assert_eq!(seconds(4320.0), "1 h 12 min");
/// ```
pub fn seconds(x: f64) -> String {
    let Ok(span) = Duration::try_from_secs_f64(x) else {
        return "?".to_owned();
    };
    if x > 0.0 && x < 1e-3 {
        return "<1 ms".to_owned();
    }
    if x < 0.1 {
        return format!("{} ms", span.as_millis());
    }
    if x < 59.95 {
        return format!("{x:.1} s");
    }
    let whole = x.round() as u64;
    match (whole / 60, whole % 60) {
        (minutes, seconds) if minutes < 60 => format!("{minutes} min {seconds:02} s"),
        (minutes, _) if minutes < 48 * 60 => format!("{} h {:02} min", minutes / 60, minutes % 60),
        (minutes, _) => format!("{} days {} h", minutes / 1440, minutes / 60 % 24),
    }
}

/// A time span as a clock shows it: `0:41`, `1:02:03`.
pub fn clock(span: Duration) -> String {
    let whole = span.as_secs();
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// How long ago something was: `just now`, `3 min ago`, `5 days ago`.
///
/// ```
/// assert_eq!(runner_ground::text::format::age(200), "3 min ago");
/// ```
pub fn age(seconds: i64) -> String {
    match seconds {
        // A clock that was set back must not make a run come from the future.
        ..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..172_800 => format!("{} h ago", seconds / 3600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// A word that a shell takes as it stands, quoted where it would not.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_as_sixty_seconds_or_a_thousand() {
        assert_eq!(seconds(59.97), "1 min 00 s");
        assert_eq!(seconds(0.004), "4 ms");
        assert_eq!(seconds(0.0004), "<1 ms");
        assert_eq!(seconds(f64::NAN), "?");
        assert_eq!(seconds(-1.0), "?");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(short_count(535_818), "535.8 k");
        assert_eq!(count(12), "12");
        assert_eq!(clock(Duration::from_secs(3723)), "1:02:03");
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(shell("results/a/b"), "results/a/b");
        assert_eq!(shell("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell(""), "''");
    }
}
