//! Writing to the terminal. A reader that has seen enough (`runner list | head -1`) is no error.

use std::io::{self, ErrorKind, Write};

use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::one_line;

/// Writes text to standard output. What in it could change the terminal's state (names of files and texts of
/// recipes may hold anything) is shown instead.
///
/// # Errors
/// When it cannot be written for any other reason than that nobody reads it: a full disk, say.
pub fn print(text: &str) -> Result<()> {
    write(&printable(text))
}

/// Writes a text that was asked for: exactly, where it goes into a file or a pipe; as [`print()`] on a terminal.
///
/// # Errors
/// As [`print()`].
pub fn print_made(text: &str) -> Result<()> {
    if width().is_some() { print(text) } else { write(text) }
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
    let _ = writeln!(io::stderr().lock(), "{}", hang(&printable(text), stderr_width()));
}

/// A line on standard error that opens with `note:`, for what the user should know, apart from what was asked for.
pub fn note(text: &str) {
    // With nobody to read a note there is nobody to tell that either.
    labelled("note:", console::style("note:").yellow(), text);
}

fn labelled(label: &str, styled: console::StyledObject<&str>, text: &str) {
    let text = hang(&format!("{label} {}", printable(text)), stderr_width());
    let text = text.strip_prefix(label).unwrap_or(&text);
    let _ = writeln!(io::stderr().lock(), "{}{text}", styled.bold().for_stderr());
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
/// A word, such as a path, is never broken, nor is a command in backquotes.
pub fn wrap(text: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width else { return text.to_owned() };
    let glued = |(index, part): (usize, &str)| match index % 2 {
        1 => part.replace(' ', GLUE),
        _ => part.to_owned(),
    };
    let parts: Vec<String> = text.split('`').enumerate().map(glued).collect();
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .subsequent_indent(&indent)
        .break_words(false);
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    let options = options.word_separator(textwrap::WordSeparator::AsciiSpace);
    let options = options.wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::fill(&parts.join("`"), options).replace(GLUE, " ")
}

/// Stands for a space at which a line is not broken.
const GLUE: &str = "\u{a0}";

/// Each line of the text as [`wrap`] has it, indented to what follows its label.
fn hang(text: &str, width: Option<usize>) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches(' ');
        let label = ["error: ", "note: ", "help: "]
            .into_iter()
            .find(|label| rest.starts_with(label));
        wrap(line, line.len() - rest.len() + label.map_or(2, str::len), width)
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// The text with control characters, line breaks and tabs aside, shown as escapes.
pub fn printable(text: &str) -> String {
    text.split_inclusive(['\n', '\t'])
        .flat_map(|part| {
            let body = part.trim_end_matches(['\n', '\t']);
            [one_line(body), part[body.len()..].to_owned()]
        })
        .collect()
}

/// The error as a person reads it: `error:` in red on a terminal, then the message and its remedy.
pub fn error(error: &Error) {
    labelled("error:", console::style("error:").red(), &error.to_string());
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
        let hint = "error: stopped\n  help: `runner resume a/b` goes on from the last checkpoint";
        let expected = "error: stopped\n  help: `runner resume a/b` goes\n        on from the last\n        checkpoint";
        assert_eq!(hang(hint, Some(32)), expected);
    }
}
