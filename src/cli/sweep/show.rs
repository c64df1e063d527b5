//! What a sweep shows while it runs: a line for each trial that ended, and on a terminal a table below them.

use std::time::{Duration, Instant};

use super::super::output;
use super::super::progress::{Style, SweepTable};
use super::worker::{Worker, lock};
use runner_ground::text::format;
use runner_sweep::outcome;
use runner_sweep::{Ended, Event, Log, State, Status};

/// Between two drawings of the table.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Shows a sweep.
pub struct Show {
    style: Style,
    table: Option<SweepTable>,
    /// Which trials have been shown.
    told: Vec<bool>,
    since: Instant,
    /// Trials that were done before this process began.
    before: usize,
    drawn: Option<Instant>,
}

impl Show {
    /// Shows what happens from now on.
    pub fn new(style: Style, worker: &Worker) -> Self {
        let log = lock(&worker.log);
        let state = log.state();
        Self {
            style,
            table: (style == Style::Bars).then(SweepTable::on_terminal),
            told: state.trials.iter().map(|trial| !trial.is_open()).collect(),
            since: Instant::now(),
            before: state.ended().count(),
            drawn: None,
        }
    }

    /// Shows trials that ended, and draws the table again.
    pub fn draw(&mut self, worker: &Worker) {
        let log = lock(&worker.log);
        self.tell(worker, &log);
        let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= DRAW_EVERY);
        if let Some(table) = self.table.as_mut().filter(|_| due) {
            self.drawn = Some(Instant::now());
            let lines = lines(worker, log.state(), self.since, self.before);
            drop(log);
            table.draw(&lines);
        }
    }

    /// Takes the table away.
    pub fn finish(&mut self, worker: &Worker) {
        let log = lock(&worker.log);
        self.tell(worker, &log);
        self.table = None;
    }

    fn tell(&mut self, worker: &Worker, log: &Log) {
        let state = log.state();
        self.told.resize(state.trials.len(), false);
        for (index, ended) in state.ended() {
            if std::mem::replace(&mut self.told[index], true) {
                continue;
            }
            match (self.style, &self.table) {
                (Style::Bars, Some(table)) => table.say(&line(worker, state, index, ended)),
                (Style::Plain, _) => {
                    // A reader that went away does not stop the sweep: its results are on disk.
                    let _ = output::print(&format!("{}\n", line(worker, state, index, ended)));
                }
                (Style::Json, _) => {
                    let event = Event::Ended {
                        trial: index as u64,
                        attempt: state.trials[index].attempt,
                        ended: ended.clone(),
                    };
                    let _ = output::print(&format!("{}\n", serde_json::json!(event)));
                }
                _ if ended.failure.is_some() => output::note(&line(worker, state, index, ended)),
                _ => {}
            }
        }
    }
}

/// `trial  7/20  finished  val_loss 0.1234  12 epochs  optimizer.lr=0.001`.
fn line(worker: &Worker, state: &State, index: usize, ended: &Ended) -> String {
    let manifest = &worker.builder.manifest;
    let total = state
        .total
        .or(manifest.sweep.run_cap)
        .map(|total| format!("/{total}"))
        .unwrap_or_default();
    let best = state.best(manifest.metric.goal).is_some_and(|(best, _)| best == index);
    let value = ended.value.map_or_else(
        || "-".to_owned(),
        |value| runner_metric::shown(&manifest.metric.name, value),
    );
    let mut parts = vec![
        format!("trial {index}{total}"),
        format!("{:8}", ended.status.word()),
        format!("{} {value}", manifest.metric.name),
        format::plural(ended.epochs as usize, "epoch", "epochs"),
        outcome::show_values(&state.trials[index].values),
    ];
    parts.extend(best.then(|| "*".to_owned()));
    let failure = ended.failure.as_deref().and_then(|failure| failure.lines().next());
    parts.extend(failure.map(str::to_owned));
    parts.join("  ")
}

fn lines(worker: &Worker, state: &State, since: Instant, before: usize) -> Vec<String> {
    let manifest = &worker.builder.manifest;
    let done = state.ended().count();
    let total = state
        .total
        .or(manifest.sweep.run_cap)
        .or_else(|| manifest.sweep.planned());
    let running = state.trials.len() - done;
    let mut counts = vec![
        match total {
            Some(total) => format!("{}: {done} of {total} trials", manifest.name),
            None => format!("{}: {done} trials", manifest.name),
        },
        format!("{running} running"),
    ];
    for status in [Status::Pruned, Status::Diverged, Status::Failed] {
        let count = state.count(status);
        if count > 0 {
            counts.push(format!("{count} {}", status.word()));
        }
    }
    let ours = done.saturating_sub(before);
    if let Some(total) = total.filter(|_| ours > 0) {
        let left = (total as usize).saturating_sub(done);
        let seconds = since.elapsed().as_secs_f64() / ours as f64 * left as f64;
        let left = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        counts.push(format!("{} left", format::clock(left)));
    }
    counts.push(format!("{} so far", format::clock(since.elapsed())));
    let mut lines = vec![counts.join("  ")];
    let name = &manifest.metric.name;
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| runner_metric::shown(name, value));
    if let Some((index, ended)) = state.best(manifest.metric.goal) {
        let values = outcome::show_values(&state.trials[index].values);
        lines.push(format!(
            "best   trial {index:<4}  {name} {}  {values}",
            shown(ended.value)
        ));
    }
    for (index, (epoch, best)) in worker.running() {
        let values = state
            .trials
            .get(index as usize)
            .map(|trial| outcome::show_values(&trial.values));
        let values = values.unwrap_or_default();
        lines.push(format!(
            "       trial {index:<4}  epoch {epoch}  {name} {}  {values}",
            shown(best)
        ));
    }
    if worker.is_stopping() {
        lines.push("stopping; Ctrl-C again stops at once".to_owned());
    }
    lines
}
