//! Snapshots of what commands say: `tests/messages/COMMAND.txt` holds an entry for each call of a test, with its exit
//! status. After a change that is meant: `RUNNER_MESSAGES=write cargo test NAME`, and read the diff.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::process::Output;

use super::place::{Place, package};

/// The line before an entry, and the one between what went to the two outputs.
pub const ENTRY: &str = "== ";
const STDERR: &str = "-- stderr";

/// Commands with a file of their own.
const COMMANDS: &[&str] = &[
    "baseline", "bench", "check", "clean", "compare", "data", "generate", "list", "lr-find", "predict", "recipes",
    "replay", "report", "resume", "schema", "sweep", "verify",
];

/// The folder of the snapshots.
pub fn folder() -> PathBuf {
    package().join("tests/messages")
}

impl Place {
    /// Runs `runner` with these arguments, and holds what it says against the entry `name` in the command's file. The
    /// exit status must be `code` even where the entry is written anew. Gives both outputs.
    #[track_caller]
    pub fn told<S: AsRef<OsStr>>(&self, name: &str, code: i32, arguments: &[S]) -> String {
        self.told_but(name, code, arguments, &[])
    }

    /// [`Place::told`] where what is `varying` is written as `<…>`.
    #[track_caller]
    pub fn told_but<S: AsRef<OsStr>>(&self, name: &str, code: i32, arguments: &[S], varying: &[&str]) -> String {
        let words = arguments.iter().map(|word| word.as_ref().to_string_lossy());
        let call = ["runner".into()].into_iter().chain(words).collect::<Vec<_>>().join(" ");
        self.tells(name, code, (&call, &self.runner(arguments)), varying)
    }

    /// [`Place::told_but`] of a call that was made otherwise.
    #[track_caller]
    pub fn tells(&self, name: &str, code: i32, (call, output): (&str, &Output), varying: &[&str]) -> String {
        let said = super::place::text(output);
        let command = command(call);
        assert_eq!(output.status.code(), Some(code), "{command}, {name}: {said}");
        assert!(!said.contains("panicked"), "{said}");
        let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        let mut entry = format!("$ {call}\nexit {code}\n{}", lines(&out));
        if !err.is_empty() {
            entry += &format!("{STDERR}\n{}", lines(&err));
        }
        let mut places = vec![
            (env!("CARGO_TARGET_TMPDIR").to_owned(), "<target>"),
            (self.path().display().to_string(), "<place>"),
            (package().display().to_string(), "<package>"),
        ];
        places.extend(varying.iter().map(|text| ((*text).to_owned(), "<…>")));
        for (text, placeholder) in places {
            entry = entry.replace(&text, placeholder);
        }
        // Other systems have other paths and other words for errors.
        if cfg!(unix) {
            hold(command, name, &masked(&entry));
        }
        said
    }
}

/// The command of a call, which names its file; a recipe alone is run, and so is what is no command.
fn command(call: &str) -> &str {
    let first = call.split(' ').nth(1).unwrap_or_default();
    if COMMANDS.contains(&first) { first } else { "run" }
}

fn lines(text: &str) -> String {
    text.lines().map(|line| format!("{line}\n")).collect()
}

/// Holds a text against the entry `name` in the file of `command`; but for the numbers of errors, as it stands.
#[track_caller]
pub fn hold(command: &str, name: &str, entry: &str) {
    let path = folder().join(format!("{command}.txt"));
    // Blank lines at the end of an entry are those between entries.
    let entry = &(without_error_numbers(entry).trim_end_matches('\n').to_owned() + "\n");
    if std::env::var_os("RUNNER_MESSAGES").is_some_and(|wish| wish == "write") {
        return write(&path, command, name, entry);
    }
    let kept = entries(&std::fs::read_to_string(&path).unwrap_or_default());
    let kept = kept.get(name).map(String::as_str).unwrap_or_default();
    assert!(
        kept == entry,
        "{}, '{name}': was\n{kept}\nis\n{entry}\nif it is meant: RUNNER_MESSAGES=write cargo test",
        path.display()
    );
}

/// Each system has numbers of its own.
fn without_error_numbers(text: &str) -> String {
    let mut parts = text.split("(os error ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "(os error N" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// Tests run side by side, in threads or in processes.
fn write(path: &std::path::Path, command: &str, name: &str, entry: &str) {
    std::fs::create_dir_all(folder()).unwrap();
    let mut options = File::options();
    let mut file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .unwrap();
    file.lock().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    let mut all = entries(&text);
    all.insert(name.to_owned(), entry.to_owned());
    let mut text = format!("What `runner {command}` says in tests (tests/support/messages.rs).\n");
    for (name, entry) in all {
        text += &format!("\n{ENTRY}{name}\n{entry}");
    }
    file.set_len(0).unwrap();
    file.rewind().unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// The entries of a file by their names.
pub fn entries(text: &str) -> BTreeMap<String, String> {
    let border = format!("\n{ENTRY}");
    let parts = text.split(&border).skip(1);
    parts
        .filter_map(|part| part.split_once('\n'))
        .map(|(name, entry)| (name.to_owned(), entry.trim_end_matches('\n').to_owned() + "\n"))
        .collect()
}

/// The text with placeholders for what differs from call to call and from machine to machine.
pub fn masked(text: &str) -> String {
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part_of_word(c)).unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches('.');
        if word.is_empty() {
            let next = rest[end..].chars().next().map_or(end, |c| end + c.len_utf8());
            masked.push_str(&rest[..next]);
            rest = &rest[next..];
            continue;
        }
        rest = &rest[word.len()..];
        let number =
            word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')) && word.parse::<f64>().is_ok();
        match rest.strip_prefix(' ').and_then(unit).filter(|_| number) {
            Some(after) => {
                rest = after;
                // `1 min 03 s` is one time.
                if !masked.ends_with("<time> ") {
                    masked.push_str("<time>");
                } else {
                    masked.pop();
                }
            }
            None => masked.push_str(placeholder(word, number)),
        }
    }
    masked
}

/// What follows a unit of time.
fn unit(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    matches!(&text[..end], "ms" | "s" | "min").then(|| &text[end..])
}

fn placeholder(word: &str, number: bool) -> &str {
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let hex = word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    let digits = word.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if shape.starts_with("0000-00-00_00-00-00") {
        "<run>"
    } else if hex && (matches!(word.len(), 12 | 64) || word.len() == 16 && !number) {
        "<hash>"
    } else if number && word.contains('.') && (digits > 2 || word.contains('e')) {
        "<number>"
    } else {
        word
    }
}
