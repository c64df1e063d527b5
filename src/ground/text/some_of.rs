//! Long lists in messages.

use super::format;

/// What stands below a message, line by line: all of them, or the first and how many more there are.
///
/// ```
/// use runner_ground::text::some_of;
/// assert_eq!(some_of(&["a.png: empty".into()]), ":\n    a.png: empty");
/// let many: Vec<String> = (0..22).map(|i| i.to_string()).collect();
/// assert!(some_of(&many).ends_with("\n    19\n    and 2 more"));
/// ```
#[must_use]
pub fn some_of(lines: &[String]) -> String {
    /// More lines scroll the message away.
    const MOST: usize = 20;
    let mut text = ":".to_owned();
    for line in lines.iter().take(MOST) {
        text += &format!("\n    {line}");
    }
    if lines.len() > MOST {
        text += &format!("\n    and {} more", format::count((lines.len() - MOST) as u64));
    }
    text
}
