//! The pictures of a folder: one folder a class, the rest as `torchvision.datasets.ImageFolder`. Their order is that of
//! their names, whatever the file system's is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::files::unreadable;
use super::super::picture_file::decode::is_picture;
use super::super::settings::suggest;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip;

/// Folders may lie inside folders this deep: links could go round for ever.
const MAX_DEPTH: usize = 16;
/// The most pictures of a folder, and the most classes.
pub const MAX_PICTURES: usize = 10_000_000;
const MAX_CLASSES: usize = 10_000;

/// What a folder holds.
pub struct Listing {
    /// Pictures with their classes: class after class, in each by name.
    pub pictures: Vec<(PathBuf, u32)>,
    /// Files that are no pictures.
    pub others: Others,
}

impl Listing {
    /// How many pictures each of so many classes has.
    pub fn counts(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        for (_, class) in &self.pictures {
            counts[*class as usize] += 1;
        }
        counts
    }
}

/// Files that are no pictures, counted by the ends of their names.
#[derive(Default)]
pub struct Others(BTreeMap<String, usize>);

impl Others {
    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        for (end, count) in &other.0 {
            *self.0.entry(end.clone()).or_default() += count;
        }
    }

    /// Most frequent first: `3 .webp, 1 .gif`.
    pub fn shown(&self) -> String {
        /// More kinds help nobody.
        const MOST: usize = 5;
        let mut ends: Vec<(&String, &usize)> = self.0.iter().collect();
        ends.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let more = if ends.len() > MOST { ", …" } else { "" };
        let each = ends.iter().take(MOST).map(|(end, count)| format!("{count} {end}"));
        each.collect::<Vec<_>>().join(", ") + more
    }

    fn see(&mut self, path: &Path) {
        let end = path.extension().and_then(|end| end.to_str());
        let end = end.map_or("without an ending".to_owned(), |end| {
            format!(".{}", clip(&end.to_lowercase()))
        });
        *self.0.entry(end).or_default() += 1;
    }
}

fn wrong(path: &Path, what: &str) -> Error {
    Error::new(Kind::Data, format!("{}: {what}", path.display()))
}

/// The folders in a folder, which are its classes, by name; with what lies beside them.
pub fn folders(folder: &Path) -> Result<(Vec<(String, PathBuf)>, Others)> {
    let (mut found, mut others) = (Vec::new(), Others::default());
    for path in entries(folder)? {
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| wrong(&path, "the name of a class must be UTF-8"))?;
            found.push((name.to_owned(), path));
        } else {
            others.see(&path);
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
    Ok((found, others))
}

/// The pictures of the training part, whose folders say which classes there are.
pub fn training(folder: &Path, found: &[(String, PathBuf)], others: Others) -> Result<Listing> {
    let classes = found
        .iter()
        .enumerate()
        .map(|(class, (_, path))| (class as u32, path.as_path()));
    let listing = listed(folder, classes, others)?;
    let counts = listing.counts(found.len());
    let empty = counts.iter().zip(found).find(|(count, _)| **count == 0);
    match empty {
        None => Ok(listing),
        Some((_, (_, path))) => {
            let error = wrong(path, "the folder of this class has no PNG or JPEG file");
            Err(error.help("remove the folder, or add pictures"))
        }
    }
}

/// The pictures of another part, which has some of these classes and no others.
pub fn held_out(folder: &Path, classes: &[String]) -> Result<Listing> {
    let (found, others) = folders(folder)?;
    let class = |name: &String| classes.iter().position(|known| known == name);
    let strange: Vec<&str> = found
        .iter()
        .map(|(name, _)| name)
        .filter(|name| class(name).is_none())
        .map(String::as_str)
        .collect();
    if let [first, ..] = strange.as_slice() {
        let known: Vec<&str> = classes.iter().map(String::as_str).collect();
        let names: Vec<String> = strange
            .iter()
            .take(10)
            .map(|name| format!("'{}'", clip(name)))
            .collect();
        let more = if strange.len() > names.len() { ", …" } else { "" };
        let what = format!("the training part has no class {}{more}", names.join(", "));
        return Err(wrong(folder, &what).help(suggest(first, &known)));
    }
    let known = found
        .iter()
        .filter_map(|(name, path)| Some((class(name)? as u32, path.as_path())));
    let listing = listed(folder, known, others)?;
    if listing.pictures.is_empty() {
        return Err(wrong(folder, "there is no PNG or JPEG file in it"));
    }
    Ok(listing)
}

fn listed<'a>(folder: &Path, classes: impl Iterator<Item = (u32, &'a Path)>, mut others: Others) -> Result<Listing> {
    let mut pictures = Vec::new();
    for (class, path) in classes {
        walk(path, 0, &mut |picture| pictures.push((picture, class)), &mut others)?;
        if pictures.len() > MAX_PICTURES {
            let what = format!("more than the {MAX_PICTURES} pictures that are read");
            return Err(wrong(folder, &what));
        }
    }
    Ok(Listing { pictures, others })
}

/// Whether no folder with pictures lies in a folder.
pub fn is_flat(folder: &Path) -> Result<bool> {
    let all = entries(folder)?;
    if all.iter().any(|path| !path.is_dir() && is_picture(path)) {
        return Ok(true);
    }
    let mut pictures = 0;
    for path in all.iter().filter(|path| path.is_dir()) {
        walk(path, 0, &mut |_| pictures += 1, &mut Others::default())?;
    }
    Ok(pictures == 0)
}

/// Calls `take` with every picture in a folder and the folders in it.
pub fn walk(folder: &Path, depth: usize, take: &mut dyn FnMut(PathBuf), others: &mut Others) -> Result<()> {
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
            others.see(&path);
        }
    }
    Ok(())
}

/// What is in a folder, sorted by name; hidden files are none.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
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
