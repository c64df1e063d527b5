//! What a recipe may be called: a folder of that name has to be possible everywhere, and two names are two folders.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::sections::{MAX_NAME, MAX_NAME_BYTES};

/// What a name may be, for messages.
pub const RULE: &str = "use letters, digits, '_', '-' and '.', at most 100 of them (200 bytes), the first a letter or \
                        digit, the last no '.'; Windows keeps names such as con and nul for itself";
/// Names that Windows takes for devices, whatever ending they have; besides COM1 to LPT9.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether a name can be that of a folder.
///
/// ```
/// use runner_recipe::is_name;
/// assert!(is_name("mnist_mlp") && is_name("实验") && is_name("rün-2.1"));
/// assert!(!is_name("../x") && !is_name("a\u{202e}b") && !is_name("nul.1"));
/// ```
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.starts_with(char::is_alphanumeric)
        && !name.ends_with('.')
        && name.chars().all(is_kept)
        && name.chars().count() <= MAX_NAME
        && name.len() <= MAX_NAME_BYTES
        && !is_device(name)
        && name.nfc().eq(name.chars())
}

/// Whether it was a name before names had more letters than those of ASCII: kept recipes have such ones.
pub fn was_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.len() <= MAX_NAME && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain)
}

/// The file's name without its ending. What a folder's name may not have is replaced by `_`, and such a name ends with
/// some digits of the file name's digest, lest two files have one name.
pub fn of_file(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    let own: String = stem.to_string_lossy().nfc().collect();
    if is_name(&own) {
        return own;
    }
    let safe: String = own.chars().map(|c| if is_kept(c) { c } else { '_' }).collect();
    let begun = if safe.starts_with(char::is_alphanumeric) && !is_device(&safe) {
        safe
    } else {
        format!("recipe_{safe}")
    };
    let mark = mark(stem);
    let room = MAX_NAME - mark.len() - 1;
    let mut short = String::new();
    for c in begun.chars().take(room) {
        if short.len() + c.len_utf8() + mark.len() + 1 > MAX_NAME_BYTES {
            break;
        }
        short.push(c);
    }
    format!("{short}-{mark}")
}

/// What a file was called before names had more letters than those of ASCII: what is kept under that name is still found.
#[must_use]
pub fn earlier_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let safe = |c: char| {
        let plain = c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if plain { c } else { '_' }
    };
    let name: String = stem.chars().map(safe).take(MAX_NAME).collect();
    if was_name(&name) {
        name
    } else {
        format!("recipe{name}").chars().take(MAX_NAME).collect()
    }
}

/// Letters and digits of any script, with the marks that belong to them. What cannot be seen is left out.
fn is_kept(c: char) -> bool {
    let unseen = matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{34f}');
    let marks = is_combining_mark(c) && !matches!(c, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..);
    (c.is_alphanumeric() || marks || matches!(c, '_' | '-' | '.')) && !unseen
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let numbered = |kind: &str| {
        let rest = stem.strip_prefix(kind)?.chars();
        matches!(
            rest.as_str(),
            "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
        )
        .then_some(())
    };
    DEVICES.contains(&stem.as_str()) || numbered("com").or_else(|| numbered("lpt")).is_some()
}

fn mark(stem: &OsStr) -> String {
    let digest = Sha256::digest(stem.as_encoded_bytes());
    digest.iter().take(4).fold(String::new(), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_folders() {
        for name in [
            "mnist_mlp",
            "a",
            "2024-01",
            "v1.2",
            "实验",
            "größe",
            "опыт",
            "नमस्ते",
            "console",
        ] {
            assert!(is_name(name), "{name}");
        }
        let long = ["x".repeat(101), "实".repeat(80)];
        for name in [
            "",
            ".",
            "..",
            ".git",
            "a/b",
            "a\\b",
            "-x",
            "a b",
            "a\nb",
            "a.",
            "con",
            "LPT1.txt",
            "com³",
            "a\u{202e}b",
            "a\u{200d}b",
            "a\u{3164}",
            "u\u{308}",
            &long[0],
            &long[1],
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn any_file_gives_a_safe_name_of_its_own() {
        let kept = [
            ("recipes/mnist_mlp.yaml", "mnist_mlp"),
            ("实验.yaml", "实验"),
            ("ru\u{308}n.yml", "rün"),
        ];
        for (path, name) in kept {
            assert_eq!(of_file(Path::new(path)), name);
        }
        let long = ["x".repeat(300), "x".repeat(301), "实".repeat(90), "实".repeat(91)];
        let others = [
            "my recipe.yaml",
            "my+recipe.yaml",
            "my_recipe.yaml",
            ".yaml",
            "-.yaml",
            "_.yaml",
            "..",
            "nul.yaml",
            "recipe_nul.yaml",
            "a\u{202e}b.yaml",
            "a..yaml",
            "🦀.yaml",
            "🐍.yaml",
        ];
        let files: Vec<&str> = others.into_iter().chain(long.iter().map(String::as_str)).collect();
        let names: BTreeSet<String> = files.iter().map(|path| of_file(Path::new(path))).collect();
        assert!(names.iter().all(|name| is_name(name)), "{names:?}");
        assert_eq!(names.len(), files.len(), "{names:?}");
    }
}
