//! The pictures of a folder: one folder a class, the rest as `torchvision.datasets.ImageFolder`. Their order is that of
//! their names, whatever the file system's is.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::files::unreadable;
use super::decode::is_picture;
use runner_ground::error::{Error, Kind, Result};

/// Folders may lie inside folders this deep: links could go round for ever.
const MAX_DEPTH: usize = 16;
/// The most pictures of a folder, and the most classes.
pub const MAX_PICTURES: usize = 10_000_000;
const MAX_CLASSES: usize = 10_000;

/// What a folder holds.
pub struct Listing {
    /// Names of the class folders, sorted.
    pub classes: Vec<String>,
    /// Pictures with their classes: class after class, in each by name.
    pub pictures: Vec<(PathBuf, u32)>,
    /// Files that are no pictures.
    pub others: usize,
}

/// Looks through a folder; with `classes` they must be among these.
pub fn list(folder: &Path, classes: Option<&[String]>) -> Result<Listing> {
    let wrong = |path: &Path, what: &str| Error::new(Kind::Data, format!("{}: {what}", path.display()));
    let mut found = Vec::new();
    let mut others = 0;
    for path in entries(folder)? {
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| wrong(&path, "the name of a class must be UTF-8"))?;
            found.push((name.to_owned(), path));
        } else {
            others += 1;
        }
    }
    if found.is_empty() {
        let error = wrong(folder, "there is no folder in it, but each class needs one");
        return Err(error.help("put the pictures of each class into a folder of its own; its name is the class's"));
    }
    if found.len() > MAX_CLASSES {
        return Err(wrong(
            folder,
            &format!("{} folders; {MAX_CLASSES} classes are read", found.len()),
        ));
    }
    let names: Vec<String> = match classes {
        Some(classes) => classes.to_vec(),
        None => found.iter().map(|(name, _)| name.clone()).collect(),
    };
    let mut pictures = Vec::new();
    for (name, path) in &found {
        let class = names.iter().position(|known| known == name);
        let class = class.ok_or_else(|| {
            let what = "the training part has no class of this name";
            wrong(path, what).help(format!("there are {}", names.join(", ")))
        })?;
        let before = pictures.len();
        walk(
            path,
            0,
            &mut |picture| pictures.push((picture, class as u32)),
            &mut others,
        )?;
        if pictures.len() > MAX_PICTURES {
            return Err(wrong(
                folder,
                &format!("more than the {MAX_PICTURES} pictures that are read"),
            ));
        }
        if pictures.len() == before && classes.is_none() {
            let error = wrong(path, "the folder of this class has no PNG or JPEG file");
            return Err(error.help("remove the folder, or add pictures"));
        }
    }
    Ok(Listing {
        classes: names,
        pictures,
        others,
    })
}

/// Calls `take` with every picture in a folder and the folders in it.
pub fn walk(folder: &Path, depth: usize, take: &mut dyn FnMut(PathBuf), others: &mut usize) -> Result<()> {
    if depth > MAX_DEPTH {
        let message = format!(
            "{}: folders lie more than {MAX_DEPTH} deep inside each other",
            folder.display()
        );
        return Err(Error::new(Kind::Data, message).help("is there a link that leads back?"));
    }
    for path in entries(folder)? {
        if path.is_dir() {
            walk(&path, depth + 1, take, others)?;
        } else if is_picture(&path) {
            take(path);
        } else {
            *others += 1;
        }
    }
    Ok(())
}

/// What is in a folder, sorted by name; hidden files are none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(folder).map_err(|error| unreadable(folder, &error));
    let mut paths = Vec::new();
    for entry in read? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
