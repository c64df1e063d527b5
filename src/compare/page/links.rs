//! Links from the page to reports of runs, so that both can be moved together.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The address of `target` as seen from the page `file`.
pub fn address(file: &Path, target: &Path) -> String {
    let folder = settled(file).parent().map(Path::to_owned).unwrap_or_default();
    let target = settled(target);
    let relative = pathdiff::diff_paths(&target, folder).unwrap_or(target);
    let parts = relative.components().map(|part| match part {
        Component::ParentDir => "..".to_owned(),
        Component::RootDir => String::new(),
        part => utf8_percent_encode(&part.as_os_str().to_string_lossy(), PLAIN).to_string(),
    });
    let address = parts.collect::<Vec<_>>().join("/");
    // A first part with a colon would be a scheme; encoded it is none, and a lone file needs no more.
    if relative.is_absolute() {
        format!("file://{address}")
    } else {
        address
    }
}

/// The absolute path, without links as far as it is there.
fn settled(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute
        .ancestors()
        .find_map(|part| Some((part, part.canonicalize().ok()?)));
    match there.and_then(|(part, found)| Some(found.join(absolute.strip_prefix(part).ok()?))) {
        Some(found) => found.components().collect(),
        None => absolute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_and_escaped() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("pages/x.html");
        let target = root.path().join("results/a b/50%#1?/report.html");
        assert_eq!(address(&file, &target), "../results/a%20b/50%25%231%3F/report.html");
        assert_eq!(
            address(&root.path().join("x.html"), &root.path().join("javascript:alert(1)")),
            "javascript%3Aalert%281%29"
        );
    }
}
