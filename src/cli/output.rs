//! Writing to the terminal. A reader that has seen enough (`runner list | head -1`) is no error.

use std::io::{self, ErrorKind, Write};

use crate::error::{Error, Kind, Result};

/// Writes text to standard output.
///
/// # Errors
/// When it cannot be written for any other reason than that nobody reads it: a full disk, say.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    forgive(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes a value as JSON, indented.
///
/// # Errors
/// As [`print()`].
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::new(Kind::Failure, error.to_string()))?;
    print(&format!("{text}\n"))
}

/// A plain line on standard error: for what happened on the way to what was asked for.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A line on standard error that opens with `note:`, for what the user should know, apart from what was asked for.
pub fn note(text: &str) {
    // With nobody to read a note there is nobody to tell that either.
    let _ = writeln!(
        io::stderr().lock(),
        "{} {text}",
        console::style("note:").yellow().bold().for_stderr()
    );
}

/// Columns of the terminal that standard output is; none where it is a file or a pipe.
pub fn width() -> Option<usize> {
    let terminal = console::Term::stdout();
    terminal.is_term().then(|| usize::from(terminal.size().1))
}

/// The error as a person reads it: `error:` in red on a terminal, then the message and its remedy.
pub fn error(error: &Error) {
    let _ = writeln!(
        io::stderr().lock(),
        "{} {error}",
        console::style("error:").red().bold().for_stderr()
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
