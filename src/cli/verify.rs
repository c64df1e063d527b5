//! `runner verify RUN`: trains it again, and demands the same bytes.

use super::args::{ShowArgs, VerifyArgs};
use super::progress::{Show, Style};
use super::{find, output};
use runner_experiment::{Checked, Places, Source, TempRun, data_elsewhere, places};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::machine::Machine;
use runner_ground::text::format;
use runner_recipe::Recipe;
use runner_results::{Record, Status};
use runner_train::origin;
use runner_verify::{Cell, Verdict, compare};

/// Trains a run's recipe again in a temporary folder, and compares what it leaves with what the run has.
///
/// # Errors
/// [`Kind::Failure`] where they differ; when the run is not finished, its recipe or data changed, or as for `run`.
pub fn run(args: &VerifyArgs) -> Result<()> {
    let style = Style::choose(&ShowArgs {
        quiet: args.quiet || args.json,
        json: false,
    });
    let folder = find::run(&args.results.results, &args.run)?;
    let record = folder.record()?;
    if record.status != Status::Finished {
        let error = Error::new(Kind::Run, format!("{} is not finished", folder.id()));
        return Err(error.help("`runner resume` brings it to its end; then it can be verified"));
    }
    let recipe = origin::recipe(&folder, &record)?;
    let subject = Subject::new(args, recipe, record, style)?;
    let again = subject.train()?;
    let made_by = made_by(&subject.record, &again.record);
    if style.for_people() {
        made_by.iter().for_each(|line| output::note(line));
    }
    let verdict = compare(&folder, &again.folder)?;
    if args.json {
        let value = serde_json::json!({
            "run": folder.id(), "same": verdict.is_same(), "made_by": made_by, "verdict": verdict,
        });
        output::print_json(&value)?;
    } else if !args.quiet || !verdict.is_same() {
        output::print(&words(&folder.id(), &verdict))?;
    }
    if verdict.is_same() {
        return Ok(());
    }
    let error = Error::new(
        Kind::Failure,
        format!("{} does not come out the same again", folder.id()),
    );
    Err(if made_by.is_empty() {
        error.help(subject.once_more(&again)?)
    } else {
        error.help("only the program and the machine that made a run promise its bytes")
    })
}

/// A run that is trained again.
struct Subject {
    checked: Checked,
    record: Record,
    data_folder: String,
    threads: usize,
    style: Style,
}

impl Subject {
    fn new(args: &VerifyArgs, recipe: Recipe, record: Record, style: Style) -> Result<Self> {
        let mut show = Show::aside(style);
        let elsewhere = || data_elsewhere(&recipe, &record, &mut show);
        let elsewhere = args.data.clone().or_else(elsewhere);
        let data_folder = match elsewhere {
            Some(data) => places::absolute(&data)?,
            None => record.data_folder.clone(),
        };
        let source = Source {
            data: data_folder.clone().into(),
            offline: args.offline,
        };
        Ok(Self {
            checked: Checked::again(recipe, &record, &source, &mut show)?,
            data_folder,
            threads: args.threads.unwrap_or(record.threads),
            record,
            style,
        })
    }

    fn train(&self) -> Result<TempRun> {
        let places = Places {
            recipe: self.record.recipe_path.clone(),
            recipe_folder: self.record.recipe_folder.clone(),
            data_folder: self.data_folder.clone(),
        };
        self.checked
            .clone()
            .train_aside(places, &mut Show::aside(self.style), |record| {
                record.threads = self.threads;
                // Other data is refused before anything is trained on it.
                record.data_digest.clone_from(&self.record.data_digest);
                record.data_source.clone_from(&self.record.data_source);
                // So are other weights to begin with.
                record.initial.clone_from(&self.record.initial);
            })
    }

    /// Trains it a second time: what the same program on the same machine makes is the same, unless something is
    /// wrong with one of them.
    fn once_more(&self, again: &TempRun) -> Result<&'static str> {
        let third = self.train()?;
        Ok(if compare(&again.folder, &third.folder)?.is_same() {
            "trained once more it came out as just now: the run's files were changed since, or its training was \
             disturbed"
        } else {
            "trained once more it came out yet another way: this program or this machine has no single result; \
             please report it"
        })
    }
}

/// What made the run and is not what verifies it.
fn made_by(recorded: &Record, again: &Record) -> Vec<String> {
    let (was, now) = (&recorded.machine, &again.machine);
    let cpu = |machine: &Machine| machine.cpu.clone().unwrap_or_else(|| "unknown".to_owned());
    let pairs = [
        ("build of runner", recorded.build.clone(), again.build.clone()),
        ("compiler", recorded.rustc.clone(), again.rustc.clone()),
        ("system", was.system.clone(), now.system.clone()),
        ("processor", cpu(was), cpu(now)),
        ("program", recorded.program_digest.clone(), again.program_digest.clone()),
    ];
    let mut differing: Vec<_> = pairs.into_iter().filter(|(_, was, now)| was != now).collect();
    // The program's digest follows from the others.
    if differing.len() > 1 {
        differing.retain(|(what, ..)| *what != "program");
    }
    let line = |(what, was, now)| format!("another {what} made this run: {was}; now {now}");
    differing.into_iter().map(line).collect()
}

fn words(run: &str, verdict: &Verdict) -> String {
    let rows = format::plural(verdict.epochs, "row", "rows");
    let compared = verdict.files.len();
    if verdict.is_same() {
        return format!(
            "{run}: the same to the byte\n  metrics.csv  {rows}, times left out\n  steps        tensors compared \
             at {} of them\n  files        {}\n",
            verdict.marks,
            verdict
                .files
                .iter()
                .map(|file| file.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        );
    }
    let mut text = format!("{run}: not the same\n");
    let mut push = |name: &str, words: &str| text.push_str(&format!("  {name:<13}{words}\n"));
    match verdict.cells.first() {
        Some(cell) => push("first epoch", &figure(cell)),
        None => push(
            "epochs",
            &match verdict.epochs {
                1 => "the row of metrics.csv is the same".to_owned(),
                _ => format!("all {rows} of metrics.csv are the same"),
            },
        ),
    }
    match &verdict.parting {
        Some(parting) => {
            push("first step", &parting.words());
            if !parting.is_exact() {
                push("", "a run with trainer.trace_every_steps: 1 knows the very step");
            }
        }
        None if verdict.marks == 0 => push("steps", "the run has no trace of its tensors"),
        None => {
            let marks = verdict.marks;
            push(
                "steps",
                &format!("the tensors are the same at all {marks} steps that were compared"),
            );
        }
    }
    let differing: Vec<_> = verdict
        .files
        .iter()
        .filter_map(|file| Some((&file.name, file.difference.as_ref()?)))
        .collect();
    push("files", &format!("{} of {compared} differ", differing.len()));
    for (name, difference) in differing.iter().take(MOST_FILES) {
        push("", &format!("{name}: {difference}"));
    }
    if differing.len() > MOST_FILES {
        push("", &format!("and {} more", differing.len() - MOST_FILES));
    }
    text
}

/// More files than these are counted only.
const MOST_FILES: usize = 8;

/// A figure as `2, train_loss: was 0.5, now 0.6`, with all digits.
fn figure(cell: &Cell) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}"));
    let (was, now) = (number(cell.was), number(cell.now));
    format!("{}, {}: was {was}, now {now}", cell.epoch, cell.column)
}
