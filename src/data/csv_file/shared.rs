//! A table is parsed once for all processes of a command: the one that is there first leaves its cells in a folder of the
//! command, where the others find them.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::profile::Profile;
use super::sheet::{Head, Sheet};
use super::table::{Column, Dictionary, Table, Values};
use runner_declare::Chosen;

/// What tells a process in which folder the tables of its command are.
pub const VARIABLE: &str = "RUNNER_TABLES";
/// Settings that do not change what is read.
const OTHERS: [&str; 3] = ["validation_split", "test_split", "normalize"];

static SHARING: Mutex<Sharing> = Mutex::new(Sharing::No);

/// Whether this process shares tables, and where.
enum Sharing {
    No,
    /// As soon as it has one to share.
    Willing,
    /// In a folder of its own, which goes with it.
    Made(tempfile::TempDir),
    /// In that of the process that started it.
    Joined(PathBuf),
}

/// The tables that the processes of a command share; they are gone when this is dropped.
#[derive(Debug)]
pub struct SharedTables(());

impl SharedTables {
    /// Begins to share with the processes that this one starts.
    #[must_use]
    pub fn begin() -> Self {
        *sharing() = Sharing::Willing;
        Self(())
    }

    /// Shares with the process that started this one, if that does.
    pub fn join() {
        let given = std::env::var_os(VARIABLE).map(PathBuf::from);
        if let Some(folder) = given.filter(|path| path.is_dir()) {
            *sharing() = Sharing::Joined(folder);
        }
    }

    /// The folder, for the processes that this one starts; none where there is nothing to share.
    #[must_use]
    pub fn folder() -> Option<PathBuf> {
        match &*sharing() {
            Sharing::No | Sharing::Willing => None,
            Sharing::Made(folder) => Some(folder.path().to_owned()),
            Sharing::Joined(folder) => Some(folder.clone()),
        }
    }

    /// The same for one that has something to share. Where no folder can be made, each parses for itself.
    fn folder_to_fill() -> Option<PathBuf> {
        let mut sharing = sharing();
        if matches!(*sharing, Sharing::Willing) {
            let made = tempfile::Builder::new().prefix("runner-tables-").tempdir();
            *sharing = made.map_or(Sharing::No, Sharing::Made);
        }
        drop(sharing);
        Self::folder()
    }
}

impl Drop for SharedTables {
    fn drop(&mut self) {
        *sharing() = Sharing::No;
    }
}

fn sharing() -> MutexGuard<'static, Sharing> {
    SHARING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a file's cells are shared, as long as neither the file nor the settings change.
pub(super) struct Place(PathBuf);

impl Place {
    /// None where nothing is shared. `after` are the files whose words were read before.
    pub fn of(path: &Path, chosen: &Chosen, after: &[&Path]) -> Option<Self> {
        let folder = SharedTables::folder_to_fill()?;
        Self::within(&folder, path, chosen, after)
    }

    fn within(folder: &Path, path: &Path, chosen: &Chosen, after: &[&Path]) -> Option<Self> {
        let mut settings = chosen.settings.clone();
        settings.retain(|key, _| !OTHERS.contains(&key.as_str()));
        let mut key = DefaultHasher::new();
        serde_json::to_string(&settings).ok()?.hash(&mut key);
        for path in after.iter().copied().chain([path]) {
            stamp(path)?.hash(&mut key);
        }
        Some(Self(folder.join(format!("{:016x}.table", key.finish()))))
    }

    /// What another process has left here.
    pub fn take(&self, path: &Path) -> Option<(Sheet, Table)> {
        let bytes = std::fs::read(&self.0).ok()?;
        let (sheet, table) = read(&bytes)?;
        Some((Sheet::again(path, sheet), table))
    }

    /// Leaves a table here. Where that fails, the others parse for themselves.
    pub fn leave(&self, sheet: &Sheet, table: &Table) {
        let _ = self.write(sheet, table);
    }

    fn write(&self, sheet: &Sheet, table: &Table) -> std::io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&bytes(sheet, table)?)?;
        file.persist(&self.0).map(|_| ()).map_err(|error| error.error)
    }
}

/// What a file's content cannot change without, in short: its place, size and time.
fn stamp(path: &Path) -> Option<(PathBuf, u64, std::time::SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let node = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let node = 0;
    Some((
        path.canonicalize().ok()?,
        metadata.len(),
        metadata.modified().ok()?,
        node,
    ))
}

#[derive(Serialize, Deserialize)]
struct Stored {
    sheet: Head,
    rows: usize,
    columns: Vec<StoredColumn>,
}

#[derive(Serialize, Deserialize)]
struct StoredColumn {
    profile: Profile,
    words: Vec<String>,
    values: Stretch,
    numbers: usize,
}

/// How many numbers of a column follow, and of which kind.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Stretch {
    Numbers(usize),
    Codes(usize),
    Mixed,
}

fn bytes(sheet: &Sheet, table: &Table) -> std::io::Result<Vec<u8>> {
    let stored = Stored {
        sheet: sheet.head(),
        rows: table.rows,
        columns: table.columns.iter().map(store).collect(),
    };
    let head = serde_json::to_vec(&stored)?;
    let mut out = (head.len() as u64).to_le_bytes().to_vec();
    out.extend(head);
    for column in &table.columns {
        match &column.values {
            Values::Numbers(numbers) => out.extend(numbers.iter().flat_map(|x| x.to_le_bytes())),
            Values::Codes(codes) => out.extend(codes.iter().flat_map(|code| code.to_le_bytes())),
            Values::Mixed => {}
        }
        out.extend(column.numbers.iter().flat_map(|x| x.to_le_bytes()));
    }
    Ok(out)
}

fn store(column: &Column) -> StoredColumn {
    StoredColumn {
        profile: column.profile.clone(),
        words: column.dictionary.words.clone(),
        values: match &column.values {
            Values::Numbers(numbers) => Stretch::Numbers(numbers.len()),
            Values::Codes(codes) => Stretch::Codes(codes.len()),
            Values::Mixed => Stretch::Mixed,
        },
        numbers: column.numbers.len(),
    }
}

fn read(bytes: &[u8]) -> Option<(Head, Table)> {
    let (length, rest) = bytes.split_at_checked(8)?;
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (head, mut rest) = rest.split_at_checked(length)?;
    let stored: Stored = serde_json::from_slice(head).ok()?;
    let mut take = |count: usize, size: usize| {
        let (taken, left) = rest.split_at_checked(count.checked_mul(size)?)?;
        rest = left;
        Some(taken)
    };
    let doubles = |bytes: &[u8]| -> Vec<f64> {
        let words = bytes.as_chunks::<8>().0;
        words.iter().map(|word| f64::from_le_bytes(*word)).collect()
    };
    let mut columns = Vec::with_capacity(stored.columns.len());
    for column in stored.columns {
        let values = match column.values {
            Stretch::Numbers(count) => Values::Numbers(doubles(take(count, 8)?)),
            Stretch::Codes(count) => {
                let words = take(count, 4)?.as_chunks::<4>().0;
                Values::Codes(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
            }
            Stretch::Mixed => Values::Mixed,
        };
        let numbers = doubles(take(column.numbers, 8)?);
        columns.push(Column::again(
            column.profile,
            values,
            numbers,
            Dictionary::of(column.words),
        ));
    }
    let rows = stored.rows;
    rest.is_empty().then_some((stored.sheet, Table { columns, rows }))
}

#[cfg(test)]
mod tests {
    use super::super::super::settings::chosen;
    use super::super::options::Options;
    use super::super::plan::Plan;
    use super::*;

    #[test]
    fn what_is_left_is_found_until_the_file_or_the_settings_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, "a,b,y\n1,u,0\n2.5,,1\n,v,0\n").unwrap();
        let settings = |categories: &str| {
            let rule = serde_json::json!({"path": "t.csv", "missing": "most_frequent", "categories": categories});
            chosen("csv", rule)
        };
        let place = |chosen: &Chosen| Place::within(folder.path(), &path, chosen, &[]).unwrap();
        let one_hot = settings("one_hot");
        assert!(place(&one_hot).take(&path).is_none());
        let options = Options::of(&one_hot).unwrap();
        let sheet = Sheet::open(&path, &options, 2).unwrap();
        let (_, table) = Plan::of(&sheet, &options, None).unwrap();
        place(&one_hot).leave(&sheet, &table);
        let (again, found) = place(&one_hot).take(&path).unwrap();
        assert_eq!(
            (again.names.clone(), again.written(), found.rows),
            (sheet.names.clone(), sheet.written(), 3)
        );
        for (was, is) in table.columns.iter().zip(&found.columns) {
            assert_eq!(format!("{:?}", was.values), format!("{:?}", is.values));
            assert_eq!(format!("{:?}", was.numbers), format!("{:?}", is.numbers));
            assert_eq!(
                (&was.dictionary.words, was.profile.missing),
                (&is.dictionary.words, is.profile.missing)
            );
        }
        assert_eq!(again.line_of(2), 4, "the file is there for messages");
        let mut other = one_hot.clone();
        other.settings.insert("test_split".to_owned(), 0.5.into());
        assert!(place(&other).take(&path).is_some(), "the same cells");
        assert!(place(&settings("error")).take(&path).is_none());
        std::fs::write(&path, "a,b,y\n1,u,0\n2.5,,1\n,v,00\n").unwrap();
        assert!(place(&one_hot).take(&path).is_none());
    }

    #[test]
    fn what_is_broken_is_no_table() {
        for bytes in [&b""[..], b"1234567", &[255; 64], &[2, 0, 0, 0, 0, 0, 0, 0, b'{', b'}']] {
            assert!(read(bytes).is_none());
        }
    }
}
