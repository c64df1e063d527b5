//! Many pictures at once, by as many threads as there are cores.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::decode::{Stored, open};
use super::ground::Ground;
use super::resize;
use super::rules::Rules;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;

/// What is worth knowing of pictures that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// How many have an orientation other than the stored one.
    pub turned: usize,
    /// How many let something shine through.
    pub transparent: usize,
    /// Those that cannot be read, in their order.
    pub unread: Vec<Unread>,
}

/// A picture that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its place among all.
    pub index: usize,
    /// Its file.
    pub path: PathBuf,
    /// Why not, such as `an empty file`.
    pub reason: String,
}

impl Unread {
    /// File and reason.
    pub fn line(&self) -> String {
        format!("{}: {}", self.path.display(), self.reason)
    }
}

impl Noticed {
    /// Both together, where the other one's pictures come after `before` pictures of this one.
    pub fn add(&mut self, other: Self, before: usize) {
        self.turned += other.turned;
        self.transparent += other.transparent;
        let later = |unread: Unread| Unread {
            index: unread.index + before,
            ..unread
        };
        self.unread.extend(other.unread.into_iter().map(later));
    }

    /// The same for the user, in lines.
    pub fn notes(&self, rules: &Rules) -> Vec<String> {
        let mut notes = Vec::new();
        if self.turned > 0 {
            let how = if rules.turns {
                "turned as their EXIF orientation says"
            } else {
                "not turned, although their EXIF orientation says so ('orientation: as_stored')"
            };
            notes.push(format!(
                "pictures that are {how}: {}",
                format::count(self.turned as u64)
            ));
        }
        if self.transparent > 0 {
            let how = match rules.ground {
                Ground::Colour([255, 255, 255]) => "laid over white ('background')".to_owned(),
                Ground::Colour([0, 0, 0]) => "laid over black ('background')".to_owned(),
                Ground::Colour(colour) => format!("laid over {colour:?} ('background')"),
                Ground::None => "which is left out ('background: none')".to_owned(),
            };
            let count = format::count(self.transparent as u64);
            notes.push(format!("pictures with transparency, {how}: {count}"));
        }
        notes
    }

    fn see(&mut self, stored: &Stored) {
        self.turned += usize::from(stored.is_turned());
        self.transparent += usize::from(stored.is_transparent());
    }
}

/// Pictures in this shape, one after another. Where one cannot be read there are zeros.
///
/// # Errors
/// When a thread is lost.
pub fn read<P: AsRef<Path> + Sync>(
    paths: &[P],
    [channels, height, width]: [usize; 3],
    rules: &Rules,
) -> Result<(Vec<u8>, Noticed)> {
    let size = channels * height * width;
    let mut bytes = vec![0; paths.len() * size];
    let rooms = bytes.chunks_exact_mut(size.max(1));
    let noticed = each(paths, rooms, &|stored, room| {
        room.copy_from_slice(&resize::planes(&stored.seen(rules, channels), height, width));
    })?;
    Ok((bytes, noticed))
}

/// Reads pictures to see whether they can be read, and keeps none. Files that have not changed since are not read again
/// by this process.
///
/// # Errors
/// As [`read`].
pub fn survey<P: AsRef<Path> + Sync>(paths: &[P]) -> Result<Noticed> {
    /// What was seen of how many lists of files is kept.
    const MOST: usize = 16;
    static SEEN: Mutex<Vec<(u64, Noticed)>> = Mutex::new(Vec::new());
    let key = fingerprint(paths);
    let found = |seen: &[(u64, Noticed)]| seen.iter().find(|(other, _)| *other == key).map(|(_, n)| n.clone());
    if let Some(noticed) = SEEN.lock().ok().and_then(|seen| found(&seen)) {
        return Ok(noticed);
    }
    let noticed = each(paths, std::iter::repeat(()), &|_, ()| ())?;
    if let Ok(mut seen) = SEEN.lock() {
        let many = seen.len().saturating_sub(MOST - 1);
        seen.drain(..many);
        seen.push((key, noticed.clone()));
    }
    Ok(noticed)
}

/// Names, sizes and times of files.
fn fingerprint<P: AsRef<Path>>(paths: &[P]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        let path = path.as_ref();
        path.hash(&mut hasher);
        if let Ok(data) = path.metadata() {
            (data.len(), data.modified().ok()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Opens every file and has something done with what is in it.
fn each<P: AsRef<Path> + Sync, T: Send>(
    paths: &[P],
    rooms: impl Iterator<Item = T> + Send,
    work: &(dyn Fn(Stored, T) + Sync),
) -> Result<Noticed> {
    // One after the other from one queue: pictures differ in size.
    let queue = Mutex::new(paths.iter().zip(rooms).enumerate());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    let look = || {
        let mut noticed = Noticed::default();
        while let Some((index, (path, room))) = next() {
            let path = path.as_ref();
            match open(path) {
                Ok(stored) => {
                    noticed.see(&stored);
                    work(stored, room);
                }
                Err(reason) => noticed.unread.push(Unread {
                    index,
                    path: path.to_owned(),
                    reason,
                }),
            }
        }
        noticed
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found: Vec<std::thread::Result<Noticed>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.min(paths.len())).map(|_| scope.spawn(look)).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut all = Noticed::default();
    for noticed in found {
        let noticed = noticed.map_err(|_| Error::new(Kind::Failure, "a thread that reads pictures has gone"))?;
        all.add(noticed, 0);
    }
    all.unread.sort_by_key(|unread| unread.index);
    Ok(all)
}
