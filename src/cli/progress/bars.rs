//! Bars on a terminal: one for all epochs, one for the steps of this one. A finished epoch leaves a line.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Progress;
use super::line::{cut, epoch_line, fit};
use super::line_start::LineStart;
use crate::output;
use runner_ground::text::format;
use runner_results::row::EPOCH;
use runner_train::event::Event;

/// A bar of fewer cells shows nothing.
const SHORTEST_BAR: usize = 8;
/// A bar of more cells shows no more.
const LONGEST_BAR: usize = 40;

/// Shows events as bars.
pub struct Bars {
    multi: MultiProgress,
    epochs: ProgressBar,
    steps: ProgressBar,
    width: Box<dyn Fn() -> usize>,
    training: Option<Training>,
}

/// What a training said when it started.
struct Training {
    /// What gives a line: an epoch, or a step of a model.
    pass: String,
    epochs: u64,
    steps_per_epoch: u64,
    /// Steps done before this process.
    before: u64,
    since: Instant,
}

impl Bars {
    /// Bars on standard error.
    pub fn on_terminal() -> Self {
        let width = || usize::from(console::Term::stderr().size().1);
        let terminal = LineStart(console::Term::buffered_stderr());
        Self::new(ProgressDrawTarget::term_like(Box::new(terminal)), width)
    }

    /// Bars on any target whose width in columns is what `width` says.
    pub fn new(target: ProgressDrawTarget, width: impl Fn() -> usize + 'static) -> Self {
        let multi = MultiProgress::with_draw_target(target);
        Self {
            multi,
            epochs: ProgressBar::hidden(),
            steps: ProgressBar::hidden(),
            width: Box::new(width),
            training: None,
        }
    }

    /// Writes a line above the bars.
    fn say(&self, line: &str) {
        // Bars that cannot be drawn must not stop a training.
        let _ = self.multi.println(line);
    }

    /// Writes what is not our own text.
    fn quote(&self, text: &str) {
        if self.training.is_none() {
            // Without bars there is nothing to write above.
            return output::note(text);
        }
        let note = console::style("note:").yellow().bold().for_stderr();
        self.say(&format!("{note} {}", output::printable(text)));
    }

    fn start(&mut self, pass: &str, epochs: u64, steps_per_epoch: u64, epoch: u64, step: u64) {
        self.clear();
        self.epochs = self.multi.add(ProgressBar::new(epochs.saturating_mul(steps_per_epoch)));
        self.steps = match pass {
            EPOCH => self.multi.add(ProgressBar::new(steps_per_epoch)),
            _ => ProgressBar::hidden(),
        };
        self.training = Some(Training {
            pass: pass.to_owned(),
            epochs,
            steps_per_epoch,
            before: step,
            since: Instant::now(),
        });
        self.draw(epoch, step.checked_rem(steps_per_epoch).unwrap_or(0), &[]);
    }

    /// Draws both bars; `figures` stand to the right of the steps, the most important first.
    fn draw(&self, epoch: u64, step: u64, figures: &[String]) {
        let Some(training) = &self.training else {
            return;
        };
        let all = training.epochs.saturating_mul(training.steps_per_epoch);
        let done = epoch
            .saturating_sub(1)
            .saturating_mul(training.steps_per_epoch)
            .saturating_add(step);
        let left = time_left(
            training.since.elapsed(),
            done.saturating_sub(training.before),
            all.saturating_sub(done),
        );
        let mut time: Vec<String> = left
            .map(|left| format!("{} left", format::clock(left)))
            .into_iter()
            .collect();
        time.push(format!("{} so far", format::clock(training.since.elapsed())));
        let names = [
            format!("{} {epoch}/{}", training.pass, training.epochs),
            format!("step {step}/{}", training.steps_per_epoch),
        ];
        let indent = names.iter().map(String::len).max().unwrap_or(0);
        let [first, second] = names;
        if training.pass != EPOCH {
            // A model has no steps within what gives a line.
            return self.set(&self.epochs, done, &first, &[&time[..], figures].concat());
        }
        self.set(&self.epochs, done, &format!("{first:indent$}"), &time);
        self.set(&self.steps, step, &format!("{second:indent$}"), figures);
    }

    fn set(&self, bar: &ProgressBar, position: u64, name: &str, parts: &[String]) {
        // The last column stays free: some terminals break the line there.
        let width = (self.width)().saturating_sub(1);
        // First, since each of the others draws, and a position alone may be held back.
        bar.set_position(position);
        let name = cut(name, width);
        let room = width.saturating_sub(console::measure_text_width(&name) + 1);
        let cells = (room / 3).clamp(SHORTEST_BAR, LONGEST_BAR);
        let beside = fit(room.saturating_sub(cells + 2), parts);
        let text = match parts.first() {
            // Where a bar and the first figure do not fit both, the figure matters more.
            Some(first) if !beside.starts_with(first.as_str()) => {
                bar.set_style(style("{prefix} {msg}"));
                fit(room, parts)
            }
            _ => {
                let kind = if room < cells {
                    "{prefix}".to_owned()
                } else {
                    format!("{{prefix}} {{bar:{cells}.cyan/dim}}  {{msg}}")
                };
                bar.set_style(style(&kind));
                beside
            }
        };
        bar.set_prefix(name);
        bar.set_message(text);
    }

    fn clear(&mut self) {
        self.epochs.finish_and_clear();
        self.steps.finish_and_clear();
        let _ = self.multi.clear();
        self.training = None;
    }
}

impl Progress for Bars {
    fn event(&mut self, event: &Event) {
        let width = (self.width)().saturating_sub(1);
        match event {
            Event::Started {
                epochs,
                steps_per_epoch,
                epoch,
                step,
                row,
                ..
            } => self.start(row, *epochs, *steps_per_epoch, *epoch, *step),
            Event::Notice { text } => self.quote(text),
            Event::Step {
                epoch,
                step,
                loss,
                metric,
                samples_per_second,
                ..
            } => {
                let metric = metric.as_ref().map(|(name, value)| (name.as_str(), *value));
                let figures = figures([("loss", *loss)].into_iter().chain(metric), *samples_per_second);
                self.draw(*epoch, *step, &figures);
            }
            Event::Epoch { row, best } => {
                let epochs = self.training.as_ref().map_or(row.epoch, |training| training.epochs);
                let pass = self.training.as_ref().map_or(EPOCH, |training| &training.pass);
                let parts = epoch_line(row, pass, epochs, None);
                // An epoch may be too short for any step to be reported. The line draws what is set here.
                let steps = self.training.as_ref().map_or(0, |training| training.steps_per_epoch);
                let trained = row.metrics.iter();
                let trained = trained.filter_map(|(name, value)| Some((name.strip_prefix("train_")?, *value)));
                self.draw(row.epoch, steps, &figures(trained.take(2), row.samples_per_second));
                // The mark must not be what a narrow terminal drops.
                let line = fit(width.saturating_sub(3), &parts);
                let chosen = *best && (epochs > 1 || pass == EPOCH);
                self.say(&if chosen {
                    format!("{line}  {}", console::style("*").green().bold().for_stderr())
                } else {
                    line
                });
            }
            Event::EarlyStopped { epoch, reason } => {
                self.say(&format!("stopped early after epoch {epoch}: {reason}"));
            }
            Event::Interrupted { .. } | Event::Finished { .. } | Event::Failed { .. } => self.clear(),
            // What jobs say; a training says none of it.
            Event::Benched(_)
            | Event::Replayed(_)
            | Event::RangeTested(_)
            | Event::Predicted { .. }
            | Event::Generated { .. } => {}
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

/// What stands to the right of the steps: the loss, the main metric, the speed.
fn figures<'a>(metrics: impl Iterator<Item = (&'a str, f64)>, speed: f64) -> Vec<String> {
    let shown = metrics.map(|(name, value)| format!("{name} {}", runner_metric::shown(name, value)));
    shown
        .chain([format!("{}/s", format::count(speed.max(0.0) as u64))])
        .collect()
}

/// How long the rest takes if it goes on as it did; nothing while that cannot be known.
fn time_left(elapsed: Duration, done: u64, left: u64) -> Option<Duration> {
    let seconds = elapsed.as_secs_f64() / done as f64 * left as f64;
    Duration::try_from_secs_f64(seconds).ok()
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_time_so_far() {
        assert_eq!(
            time_left(Duration::from_secs(10), 100, 50),
            Some(Duration::from_secs(5))
        );
        assert_eq!(time_left(Duration::from_secs(10), 0, 50), None);
        assert_eq!(time_left(Duration::ZERO, 0, 0), None);
    }
}
