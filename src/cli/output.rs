//! Writing to the terminal. A reader that has seen enough (`runner list | head -1`) is no error.

use std::io::{self, ErrorKind, Write};

use crate::error::{Error, Kind, Result};
use crate::recipe::one_line;

/// Writes text to standard output. What in it could change the terminal's state (names of files and texts of
/// recipes may hold anything) is shown instead.
///
/// # Errors
/// When it cannot be written for any other reason than that nobody reads it: a full disk, say.
pub fn print(text: &str) -> Result<()> {
    write(&printable(text))
}

fn write(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    forgive(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes a value as JSON, indented.
///
/// # Errors
/// As [`print()`].
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::new(Kind::Failure, error.to_string()))?;
    write(&format!("{text}\n"))
}

/// A plain line on standard error: for what happened on the way to what was asked for.
pub fn say(text: &str) {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let text = wrap(&printable(text), indent + 2, stderr_width());
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A line on standard error that opens with `note:`, for what the user should know, apart from what was asked for.
pub fn note(text: &str) {
    let text = wrap(&format!("note: {}", printable(text)), 6, stderr_width());
    let text = text.trim_start_matches("note:");
    // With nobody to read a note there is nobody to tell that either.
    let _ = writeln!(
        io::stderr().lock(),
        "{}{text}",
        console::style("note:").yellow().bold().for_stderr()
    );
}

/// Columns of the terminal that standard output is; none where it is a file or a pipe.
pub fn width() -> Option<usize> {
    width_of(&console::Term::stdout())
}

fn stderr_width() -> Option<usize> {
    width_of(&console::Term::stderr())
}

fn width_of(terminal: &console::Term) -> Option<usize> {
    terminal.is_term().then(|| usize::from(terminal.size().1))
}

/// The text in lines of at most `width` columns, where there is a width; those after the first are indented.
/// A word, such as a path, is never broken.
pub fn wrap(text: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width else { return text.to_owned() };
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .subsequent_indent(&indent)
        .break_words(false);
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options.wrap_algorithm(textwrap::WrapAlgorithm::FirstFit))
}

/// The text with control characters, line breaks and tabs aside, shown as escapes.
pub fn printable(text: &str) -> String {
    text.split_inclusive(['\n', '\t'])
        .flat_map(|part| {
            let end = part.len() - part.trim_end_matches(['\n', '\t']).len();
            let (body, end) = part.split_at(part.len() - end);
            [one_line(body), end.to_owned()]
        })
        .collect()
}

/// The error as a person reads it: `error:` in red on a terminal, then the message and its remedy.
pub fn error(error: &Error) {
    let _ = writeln!(
        io::stderr().lock(),
        "{} {}",
        console::style("error:").red().bold().for_stderr(),
        printable(&error.to_string())
    );
}

fn forgive(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::new(Kind::Failure, format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tables without lines: a heading, then rows, in aligned columns.
pub const NO_LINES: comfy_table::TableStyle = comfy_table::presets::NOTHING;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_printed_changes_the_terminal() {
        let text = "a\x1b[31mb\r\u{9b}1m\n\tc\u{feff}\n";
        assert_eq!(printable(text), "a\\u{1b}[31mb\\r\\u{9b}1m\n\tc\\u{feff}\n");
        assert_eq!(printable("größe\n"), "größe\n");
    }

    #[test]
    fn lines_are_broken_between_words_and_indented() {
        assert_eq!(
            wrap("  one two /a/long/path three", 4, Some(12)),
            "  one two\n    /a/long/path\n    three"
        );
        assert_eq!(wrap("one two", 2, None), "one two");
    }
}
