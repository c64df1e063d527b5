//! `runner RECIPE` means `runner run RECIPE`, and options may stand before either.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Command;

/// The arguments with the command right after the program's name, `run` where none was given.
pub fn expand(arguments: Vec<OsString>, cli: &Command) -> Vec<OsString> {
    let Some(run) = cli.find_subcommand("run") else {
        return arguments;
    };
    let Some(at) = first_positional(&arguments, run) else {
        // Options alone: those of `run` get its messages; the version is ours, whatever stands beside it.
        if let Some(version) = arguments.iter().skip(1).find(|argument| is_version(argument)) {
            return [arguments.first(), Some(version)]
                .into_iter()
                .flatten()
                .cloned()
                .collect();
        }
        let known = arguments.iter().skip(1).any(|argument| is_option_of(run, argument));
        return if known {
            insert(arguments, "run".into())
        } else {
            arguments
        };
    };
    let Some(word) = arguments.get(at).cloned() else {
        return arguments;
    };
    let command = word == "help" || cli.find_subcommand(&word).is_some();
    if command {
        let mut others = arguments;
        let word = others.remove(at);
        return insert(others, word);
    }
    // A bare word that is no file is a command misspelt rather than a recipe.
    if looks_like_file(&word) {
        insert(arguments, "run".into())
    } else {
        arguments
    }
}

fn insert(mut arguments: Vec<OsString>, word: OsString) -> Vec<OsString> {
    let at = arguments.len().min(1);
    arguments.insert(at, word);
    arguments
}

/// The first argument that is neither an option nor an option's value.
fn first_positional(arguments: &[OsString], run: &Command) -> Option<usize> {
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        if argument == "--" {
            return arguments.get(index + 1).map(|_| index + 1);
        }
        let text = argument.to_string_lossy();
        if !text.starts_with('-') || text == "-" {
            return Some(index);
        }
        let apart = !text.contains('=') && takes_value(run, &text);
        index += if apart { 2 } else { 1 };
    }
    None
}

fn takes_value(run: &Command, option: &str) -> bool {
    find(run, option).is_some_and(|argument| argument.get_action().takes_values())
}

fn is_option_of(run: &Command, argument: &OsStr) -> bool {
    let text = argument.to_string_lossy();
    let name = text.split('=').next().unwrap_or_default();
    find(run, name).is_some()
}

/// An option by its name, or by as much of it as no other has.
fn find<'a>(run: &'a Command, option: &str) -> Option<&'a clap::Arg> {
    let short = |argument: &&clap::Arg| argument.get_short().is_some_and(|short| option == format!("-{short}"));
    if let Some(argument) = run.get_arguments().find(short) {
        return Some(argument);
    }
    let name = option.strip_prefix("--").filter(|name| !name.is_empty())?;
    let long = |argument: &clap::Arg| argument.get_long().is_some_and(|long| long.starts_with(name));
    let exact = |argument: &&clap::Arg| argument.get_long() == Some(name);
    let mut alike = run.get_arguments().filter(|argument| long(argument));
    run.get_arguments()
        .find(exact)
        .or_else(|| alike.next().filter(|_| alike.next().is_none()))
}

fn is_version(argument: &OsStr) -> bool {
    let text = argument.to_string_lossy();
    text == "-V" || (text.len() > 2 && "--version".starts_with(&*text))
}

fn looks_like_file(word: &OsStr) -> bool {
    let path = Path::new(word);
    path.extension().is_some() || path.components().count() > 1 || path.exists()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    fn expanded(line: &str) -> String {
        let arguments = line.split(' ').map(OsString::from).collect();
        let words: Vec<_> = expand(arguments, &Cli::command())
            .into_iter()
            .map(|word| word.into_string().unwrap())
            .collect();
        words.join(" ")
    }

    #[test]
    fn a_recipe_alone_is_run() {
        assert_eq!(
            expanded("runner recipes/a.yaml --quiet"),
            "runner run recipes/a.yaml --quiet"
        );
        assert_eq!(
            expanded("runner --quiet --set a=b a.yaml"),
            "runner run --quiet --set a=b a.yaml"
        );
        assert_eq!(
            expanded("runner --set list recipes/a.yaml"),
            "runner run --set list recipes/a.yaml"
        );
        assert_eq!(expanded("runner --threads=2 a.yaml"), "runner run --threads=2 a.yaml");
        assert_eq!(expanded("runner -- a.yaml"), "runner run -- a.yaml");
        assert_eq!(expanded("runner --json"), "runner run --json");
        assert_eq!(expanded("runner --thr 1 a.yaml"), "runner run --thr 1 a.yaml");
        assert_eq!(expanded("runner --off a.yaml"), "runner run --off a.yaml");
    }

    #[test]
    fn a_command_stays_and_comes_first() {
        assert_eq!(expanded("runner"), "runner");
        assert_eq!(expanded("runner --help"), "runner --help");
        assert_eq!(expanded("runner --offline --version"), "runner --version");
        assert_eq!(expanded("runner -V"), "runner -V");
        assert_eq!(expanded("runner list"), "runner list");
        assert_eq!(expanded("runner --results x list"), "runner list --results x");
        assert_eq!(expanded("runner help run"), "runner help run");
        assert_eq!(expanded("runner lst"), "runner lst");
    }
}
