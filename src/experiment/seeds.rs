//! A recipe over several seeds: a run for each, one after the other. The network is compiled once, since a seed is no
//! shape. A member that fails loses no other, and what was interrupted is gone on with.

use std::path::{Path, PathBuf};

use super::{Checked, Member, Places, Ready, Source, Watcher, go_on, how_to_go_on, like, places, same_data, train};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_recipe::Recipe;
use runner_results::group::Group;
use runner_results::{Record, RunFolder, Status, runs_of};
use runner_train::origin;

/// The runs of a group, in the folder of their recipe. Each member is watched by a watcher of its own.
pub struct Members<'a> {
    group: &'a Group,
    folder: PathBuf,
    watcher: &'a mut dyn FnMut() -> Box<dyn Watcher>,
}

/// How the members of a group ended, where none was interrupted.
pub struct Ended {
    /// The records of all that are there.
    pub records: Vec<Record>,
    /// Seeds whose members failed, and how. Each was reported when it happened.
    pub failures: Vec<(u64, Kind)>,
    /// How many members the group has.
    pub of: usize,
}

/// A member's run, and how its training ended.
type Trained = (RunFolder, Result<()>);

impl<'a> Members<'a> {
    /// Those of a group whose recipe's runs are in this folder.
    pub fn of(group: &'a Group, folder: PathBuf, watcher: &'a mut dyn FnMut() -> Box<dyn Watcher>) -> Self {
        Self { group, folder, watcher }
    }

    /// Trains a recipe with each seed; `first` is that of the group's first seed, ready.
    ///
    /// # Errors
    /// When it was interrupted; what fails in a member is in [`Ended`].
    pub fn train(self, recipe: &Recipe, source: &Source, results: &Path, first: Ready) -> Result<Ended> {
        let (group, mut first) = (self.group, Some(first));
        // What the first one read is what all others have to read.
        let mut data = None;
        self.each(|seed, _, watcher| {
            let prepare =
                |watcher: &mut dyn Watcher| Checked::prepare(recipe.with_seed(seed), source, watcher)?.ready(watcher);
            let ready = first.take().map_or_else(|| prepare(watcher), Ok)?;
            let places = Places::of(recipe, source)?;
            let member = Member {
                group: group.member(seed),
                origin: None,
                data: data.clone(),
            };
            let run = ready.create(results, places, Some(member))?;
            let ended = train(ready.program, &run, watcher);
            data = data.take().or_else(|| run.record().ok()?.data_source);
            Ok((run, ended))
        })
    }

    /// Goes on with all members that are not at their end, and begins those that have not begun, as `other`, one of
    /// them, was. Their data is in a folder that is named, or where it was.
    ///
    /// # Errors
    /// As [`Members::train`].
    pub fn go_on(self, other: &RunFolder, record: &Record, named: Option<&Path>, offline: bool) -> Result<Ended> {
        let group = self.group;
        let there = self.there()?;
        let unfinished = there.len() < group.seeds.len() || there.iter().any(|(_, record)| !is_over(record));
        if let Some((run, done)) = there.iter().find(|(_, record)| is_over(record)).filter(|_| unfinished) {
            let data = named.map_or_else(|| PathBuf::from(&done.data_folder), Path::to_owned);
            same_data(&origin::recipe(run, done)?, done, &Source { data, offline }, &run.id())?;
        }
        let data = there.iter().find_map(|(_, record)| record.data_source.clone());
        self.each(|seed, there, watcher| match there {
            Some((run, record)) if is_over(record) => Ok((run.clone(), Ok(()))),
            Some((run, _)) => Ok((run.clone(), go_on(run, named, offline, watcher))),
            None => {
                let group = group.member(seed);
                begin(
                    other,
                    record,
                    Begun {
                        group,
                        data: data.clone(),
                    },
                    named,
                    offline,
                    watcher,
                )
            }
        })
    }

    /// Has each trained by `member`, which is given the run that is there already. Only an interruption ends it before
    /// the last.
    fn each(
        self,
        mut member: impl FnMut(u64, Option<&(RunFolder, Record)>, &mut dyn Watcher) -> Result<Trained>,
    ) -> Result<Ended> {
        let lock = self.group.lock(&self.folder)?;
        let there = self.there()?;
        let (seeds, mut failures) = (&self.group.seeds, Vec::new());
        for (place, &seed) in seeds.iter().enumerate() {
            let run = there
                .iter()
                .find(|(_, record)| record.group.as_ref().is_some_and(|group| group.seed == seed));
            let mut watcher = (self.watcher)();
            if run.is_none_or(|(_, record)| !is_over(record)) {
                watcher.member(seed, place, seeds.len());
            }
            let (run, ended) = match member(seed, run, &mut *watcher) {
                Ok((run, ended)) => (Some(run), ended),
                Err(error) => (None, Err(error)),
            };
            let Err(error) = ended else { continue };
            if error.kind() == Kind::Interrupted {
                return Err(self.stopped(place, run.as_ref()));
            }
            failures.push((seed, error.kind()));
            watcher.member_failed(&error.context(format!("seed {seed}")));
        }
        let records: Vec<Record> = self.there()?.into_iter().map(|(_, record)| record).collect();
        if records.len() == seeds.len() && records.iter().all(is_over) {
            self.group.done(&self.folder, lock);
        }
        Ok(Ended {
            records,
            failures,
            of: seeds.len(),
        })
    }

    /// The members that have begun.
    fn there(&self) -> Result<Vec<(RunFolder, Record)>> {
        let failed = |error| Error::new(Kind::Run, format!("{}: {error}", self.folder.display()));
        let runs = runs_of(&self.folder).map_err(failed)?;
        let read = |path| RunFolder::open(path).and_then(|run| Ok((run.record()?, run)));
        // A run that cannot be read is nobody's member.
        let readable = runs.into_iter().filter_map(|path| read(path).ok());
        let ours = |record: &Record| record.group.as_ref().is_some_and(|group| group.id == self.group.id);
        Ok(readable
            .filter(|(record, _)| ours(record))
            .map(|(record, run)| (run, record))
            .collect())
    }

    fn stopped(&self, done: usize, run: Option<&RunFolder>) -> Error {
        let error = Error::new(
            Kind::Interrupted,
            format!(
                "stopped after {done} of {} seeds; all that was done is kept",
                self.group.seeds.len()
            ),
        );
        match run {
            Some(run) => error.help(format!("{}, and with the other seeds", how_to_go_on(run))),
            None => error,
        }
    }
}

impl Ended {
    /// An error that names the members that failed, if any did.
    ///
    /// # Errors
    /// That.
    pub fn verdict(&self) -> Result<()> {
        let Some((_, kind)) = self.failures.first() else {
            return Ok(());
        };
        let seeds: Vec<String> = self.failures.iter().map(|(seed, _)| seed.to_string()).collect();
        let [failed, of] = [self.failures.len(), self.of].map(|n| format::count(n as u64));
        Err(Error::new(
            *kind,
            format!("{failed} of {of} seeds failed: {}", seeds.join(", ")),
        ))
    }
}

/// Whether nothing more can come of a run.
fn is_over(record: &Record) -> bool {
    matches!(record.status, Status::Finished | Status::Diverged)
}

/// A member that is begun: which, and the source of the others' data.
struct Begun {
    group: Group,
    data: Option<String>,
}

/// Begins a member that is not there, made from another one: the recipe's file may say something else by now.
fn begin(
    other: &RunFolder,
    record: &Record,
    Begun { group, data: known }: Begun,
    named: Option<&Path>,
    offline: bool,
    watcher: &mut dyn Watcher,
) -> Result<Trained> {
    let recipe = origin::recipe(other, record)?.with_seed(group.seed);
    let data = named.map_or_else(|| PathBuf::from(&record.data_folder), Path::to_owned);
    let source = Source { data, offline };
    let ready = Checked::again(recipe, record, &source, watcher)?.ready(watcher)?;
    let places = Places {
        recipe: record.recipe_path.clone(),
        recipe_folder: record.recipe_folder.clone(),
        data_folder: places::absolute(&source.data)?,
    };
    let results = other.path().ancestors().nth(2).unwrap_or(Path::new("."));
    let origin = like(other, record, &ready.checked.recipe)?;
    let member = Member {
        group,
        origin,
        data: known,
    };
    let run = ready.create(results, places, Some(member))?;
    let ended = train(ready.program, &run, watcher);
    Ok((run, ended))
}
