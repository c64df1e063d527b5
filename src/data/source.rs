//! A name for the files that data is read from. Other than the samples' own digest it does not depend on the seed, so
//! that trainings with several seeds can be known to be of the same data.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::digest::hex;
use super::files::{Collection, sha256_of};
use super::image_folder::{Others, walk};
use super::{DataContext, Origin, find};
use runner_declare::{Chosen, Kind};
use runner_ground::error::Result;

/// SHA-256 of the files that a recipe names for its data, as hex. `None` where nothing can be another than it was: the
/// data is part of the program, made from the seed, or all of a published one.
///
/// # Errors
/// When a file cannot be read.
pub fn source(chosen: &Chosen, context: &DataContext) -> Result<Option<String>> {
    let def = find(&chosen.name)?;
    match def.origin {
        Origin::Embedded | Origin::Generated => Ok(None),
        Origin::Download(_) if context.use_stand_in => Ok(None),
        Origin::Download(files) => Ok(some_of(files, context)),
        Origin::File => {
            let paths = def
                .section
                .fields
                .iter()
                .filter(|field| matches!(field.kind, Kind::Path));
            let mut hash = Sha256::new();
            for field in paths {
                let Some(path) = chosen.settings.get(field.key).and_then(|path| path.as_str()) else {
                    continue;
                };
                text(&mut hash, field.key);
                contents(&mut hash, &context.resolve(path))?;
            }
            Ok(Some(hex(&hash.finalize())))
        }
    }
}

/// Which files there are of a dataset that makes do with some.
fn some_of(files: &Collection, context: &DataContext) -> Option<String> {
    let place = files.place(&context.folder);
    let there: Vec<_> = files.files.iter().filter(|file| file.find(&place).is_some()).collect();
    if there.len() == files.files.len() {
        return None;
    }
    let mut hash = Sha256::new();
    there.iter().for_each(|file| text(&mut hash, file.sha256));
    Some(hex(&hash.finalize()))
}

/// A file's bytes, or of a folder those of its pictures with their names.
fn contents(hash: &mut Sha256, path: &Path) -> Result<()> {
    if !path.is_dir() {
        text(hash, &sha256_of(path)?);
        return Ok(());
    }
    let mut pictures: Vec<PathBuf> = Vec::new();
    walk(path, 0, &mut |picture| pictures.push(picture), &mut Others::default())?;
    for picture in pictures {
        let name = picture.strip_prefix(path).unwrap_or(&picture);
        // The parts by themselves: what stands between them is another sign on each system.
        name.iter().for_each(|part| text(hash, &part.to_string_lossy()));
        text(hash, &sha256_of(&picture)?);
    }
    Ok(())
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update(text.as_bytes());
    hash.update((text.len() as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(name: &str, path: &str) -> Chosen {
        let settings = serde_json::json!({"path": path});
        let settings = settings.as_object().unwrap().clone();
        Chosen {
            name: name.to_owned(),
            settings,
        }
    }

    #[test]
    fn a_file_is_known_by_its_bytes_whatever_the_seed() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("a.csv", "x,y\n1,2\n"),
            ("b.csv", "x,y\n1,3\n"),
            ("c.csv", "x,y\n1,2\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let of = |name: &str, seed| {
            let source = source(&chosen("csv", name), &DataContext::new(folder.path(), seed));
            source.unwrap().unwrap()
        };
        assert_eq!(of("a.csv", 1), of("a.csv", 2));
        assert_eq!(of("a.csv", 1), of("c.csv", 1));
        assert_ne!(of("a.csv", 1), of("b.csv", 1));
        assert!(source(&chosen("csv", "none.csv"), &DataContext::new(folder.path(), 1)).is_err());
        assert_eq!(
            source(&chosen("iris", ""), &DataContext::new(folder.path(), 1)).unwrap(),
            None
        );
    }

    #[test]
    fn a_folder_is_known_by_its_pictures_and_their_classes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let of = |name: &str| {
            let context = DataContext::new(folder.path(), 1);
            source(&chosen("image_folder", name), &context).unwrap().unwrap()
        };
        write("a/cat/1.png", "one");
        write("b/dog/1.png", "one");
        write("c/cat/1.png", "one");
        write("c/cat/note.txt", "no picture");
        assert_ne!(of("a"), of("b"));
        assert_eq!(of("a"), of("c"));
    }
}
