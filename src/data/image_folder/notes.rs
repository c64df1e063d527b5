//! What is said of a folder of pictures before anything is trained on it.

use super::super::DataContext;
use super::super::picture_file::{Noticed, Unread};
use super::listing::{Listing, Others};
use super::{Broken, Folder};
use runner_ground::text::{clip, format};

/// As many classes, or files, are named.
const MOST: usize = 20;
const MOST_FILES: usize = 5;

impl Folder {
    pub(super) fn notes(&self, context: &DataContext, noticed: &Noticed) -> Vec<String> {
        let [height, width] = self.settings.size;
        let root = context.resolve(&self.settings.path);
        let mut notes = vec![
            format!(
                "{}: {} in {}, brought to {height}×{width}",
                root.display(),
                format::plural(self.train.pictures.len(), "picture", "pictures"),
                format::plural(self.classes.len(), "class", "classes"),
            ),
            format!("classes: {}", self.counted()),
        ];
        for (key, own) in [("validation_path", &self.validation), ("test_path", &self.test)] {
            notes.extend(own.as_ref().and_then(|own| self.missing(key, own)));
        }
        let mut others = Others::default();
        self.listings().for_each(|listing| others.add(&listing.others));
        if others.count() > 0 {
            let (count, kinds) = (format::count(others.count() as u64), others.shown());
            notes.push(format!(
                "files that are no PNG or JPEG and were left out: {count} ({kinds})"
            ));
        }
        if self.settings.broken == Broken::LeaveOut && !noticed.unread.is_empty() {
            notes.push(left_out(&noticed.unread));
        }
        notes.extend(noticed.notes(&self.rules));
        notes
    }

    /// The classes, with how many training pictures each has.
    fn counted(&self) -> String {
        let counts = self.train.counts(self.classes.len());
        let each = self.classes.iter().zip(counts);
        shortened(each.map(|(class, count)| format!("{} ({})", clip(class), format::count(count as u64))))
    }

    /// The classes of which a part has no pictures.
    fn missing(&self, key: &str, own: &Listing) -> Option<String> {
        let counts = own.counts(self.classes.len());
        let each = self.classes.iter().zip(counts).filter(|(_, count)| *count == 0);
        let missing: Vec<String> = each.map(|(class, _)| clip(class)).collect();
        (!missing.is_empty()).then(|| format!("{key} has no pictures of {}", shortened(missing.into_iter())))
    }
}

fn left_out(unread: &[Unread]) -> String {
    let some: Vec<String> = unread.iter().take(MOST_FILES).map(Unread::line).collect();
    let more = if unread.len() > some.len() { "; …" } else { "" };
    let count = format::count(unread.len() as u64);
    format!(
        "pictures that cannot be read and were left out: {count} ({}{more})",
        some.join("; ")
    )
}

/// The first of them, and how many more there are.
fn shortened(mut all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(MOST);
    let some: Vec<String> = all.by_ref().take(MOST).collect();
    match more {
        0 => some.join(", "),
        more => format!("{} and {} more", some.join(", "), format::count(more as u64)),
    }
}
