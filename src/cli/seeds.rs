//! A recipe over several seeds: a run for each, one after the other. The network is compiled once, since a seed is no
//! shape. A member that fails loses no other, and what was interrupted is gone on with.

use std::path::{Path, PathBuf};

use super::args::{ResumeArgs, RunArgs};
use super::progress::{Show, Style};
use super::run::introduce;
use super::summary::over_seeds;
use super::{find, output, resume};
use runner_experiment as experiment;
use runner_experiment::{Checked, Member, Places, Source, how_to_go_on, places};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_recipe::Recipe;
use runner_results::group::Group;
use runner_results::{Record, RunFolder, Status};
use runner_train::origin;

/// Trains a recipe with each of these seeds.
///
/// # Errors
/// When the recipe, its data or its network is wrong; when it was interrupted; when members failed.
pub fn run(args: &RunArgs, recipe: &Recipe, seeds: &[u64], style: Style) -> Result<()> {
    let results = &args.results.results;
    RunFolder::probe(results, &recipe.name)?;
    let source = args.source.source();
    let prepare = |seed: u64| {
        let mut show = Show::new(style);
        Checked::prepare(recipe.with_seed(seed), &source, &mut show)?.ready(&mut show)
    };
    let group = Group::new(seeds);
    // What is wrong with the recipe is wrong for all seeds, and leaves nothing behind.
    let first = prepare(group.seed)?;
    introduce(&first.checked, style);
    let mut first = Some(first);
    Members::of(&group, results.join(&recipe.name), style).each(|seed, _| {
        let ready = first.take().map_or_else(|| prepare(seed), Ok)?;
        let places = Places::of(recipe, &source)?;
        let member = Member {
            group: group.member(seed),
            origin: None,
        };
        let run = ready.create(results, places, Some(member))?;
        let ended = experiment::train(ready.program, &run, &mut Show::new(style));
        Ok((run, ended))
    })
}

/// Goes on with all members of a group that have not come to their end, and begins those that have not begun.
///
/// # Errors
/// As [`run`].
pub fn go_on(args: &ResumeArgs, named: &RunFolder, record: &Record, group: &Group) -> Result<()> {
    let style = Style::choose(&args.show);
    // `.` has no parent.
    let path = named.path().canonicalize().unwrap_or_else(|_| named.path().to_owned());
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    Members::of(group, folder, style).each(|seed, there| match there {
        Some((run, record)) if is_over(record) => Ok((run.clone(), Ok(()))),
        Some((run, _)) => Ok((run.clone(), resume::one(args, run, style))),
        None => begin(args, &RunFolder::open(&path)?, record, group.member(seed), style),
    })
}

/// Whether nothing more can come of a run.
fn is_over(record: &Record) -> bool {
    matches!(record.status, Status::Finished | Status::Diverged)
}

/// Begins a member that is not there, made from another one: the recipe's file may say something else by now.
fn begin(args: &ResumeArgs, other: &RunFolder, record: &Record, group: Group, style: Style) -> Result<Trained> {
    let recipe = origin::recipe(other, record)?.with_seed(group.seed);
    let data = args.data.clone().unwrap_or_else(|| record.data_folder.clone().into());
    let source = Source {
        data,
        offline: args.offline,
    };
    let mut show = Show::new(style);
    let ready = Checked::again(recipe, record, &source, &mut show)?.ready(&mut show)?;
    let places = Places {
        recipe: record.recipe_path.clone(),
        recipe_folder: record.recipe_folder.clone(),
        data_folder: places::absolute(&source.data)?,
    };
    let results = other.path().ancestors().nth(2).unwrap_or(Path::new("."));
    let origin = experiment::like(other, record, &ready.checked.recipe)?;
    let run = ready.create(results, places, Some(Member { group, origin }))?;
    let ended = experiment::train(ready.program, &run, &mut show);
    Ok((run, ended))
}

/// A member's run, and how its training ended.
type Trained = (RunFolder, Result<()>);

/// The runs of a group, in the folder of their recipe.
struct Members<'a> {
    group: &'a Group,
    folder: PathBuf,
    style: Style,
}

impl<'a> Members<'a> {
    fn of(group: &'a Group, folder: PathBuf, style: Style) -> Self {
        Self { group, folder, style }
    }

    /// Trains each of them as `member` does, which is given the run that is there already. Only an interruption ends
    /// it before the last.
    fn each(&self, mut member: impl FnMut(u64, Option<&(RunFolder, Record)>) -> Result<Trained>) -> Result<()> {
        let lock = self.group.lock(&self.folder)?;
        let there = self.there()?;
        let (seeds, mut failures) = (&self.group.seeds, Vec::new());
        for (place, &seed) in seeds.iter().enumerate() {
            let run = there
                .iter()
                .find(|(_, record)| record.group.as_ref().is_some_and(|group| group.seed == seed));
            if self.style.for_people() && run.is_none_or(|(_, record)| !is_over(record)) {
                output::say(&format!("seed {seed} ({} of {})", place + 1, seeds.len()));
            }
            let (run, ended) = match member(seed, run) {
                Ok((run, ended)) => (Some(run), ended),
                Err(error) => (None, Err(error)),
            };
            let Err(error) = ended else { continue };
            if error.kind() == Kind::Interrupted {
                return Err(self.stopped(place, run.as_ref()));
            }
            output::error(&error.clone().context(format!("seed {seed}")));
            failures.push((seed, error.kind()));
        }
        let members = self.there()?;
        if self.style.for_people() {
            let records: Vec<&Record> = members.iter().map(|(_, record)| record).collect();
            output::print(&over_seeds(&records))?;
        }
        if members.len() == seeds.len() && members.iter().all(|(_, record)| is_over(record)) {
            self.group.done(&self.folder, lock);
        }
        failed(&failures, seeds.len())
    }

    /// The members that have begun.
    fn there(&self) -> Result<Vec<(RunFolder, Record)>> {
        let failed = |error| Error::new(Kind::Run, format!("{}: {error}", self.folder.display()));
        let runs = find::runs_of(&self.folder).map_err(failed)?;
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

/// The members that failed, of whose errors was told when they happened.
fn failed(failures: &[(u64, Kind)], of: usize) -> Result<()> {
    let Some((_, kind)) = failures.first() else {
        return Ok(());
    };
    let seeds: Vec<String> = failures.iter().map(|(seed, _)| seed.to_string()).collect();
    let [failed, of] = [failures.len(), of].map(|n| format::count(n as u64));
    Err(Error::new(
        *kind,
        format!("{failed} of {of} seeds failed: {}", seeds.join(", ")),
    ))
}
