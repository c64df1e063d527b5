//! The table of a sweep under way: a few lines that are drawn again and again below those that stay.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::line::cut;
use super::line_start::LineStart;
use crate::output::printable;

/// More lines than this are left out: a terminal is not higher.
const MOST_LINES: usize = 20;

/// Lines at the lower end of the terminal.
pub struct SweepTable {
    multi: MultiProgress,
    lines: Vec<ProgressBar>,
    width: Box<dyn Fn() -> usize>,
}

impl SweepTable {
    /// On standard error.
    pub fn on_terminal() -> Self {
        let width = || usize::from(console::Term::stderr().size().1);
        let terminal = LineStart(console::Term::buffered_stderr());
        Self::new(ProgressDrawTarget::term_like(Box::new(terminal)), width)
    }

    /// On any target whose width in columns is what `width` says.
    pub fn new(target: ProgressDrawTarget, width: impl Fn() -> usize + 'static) -> Self {
        Self {
            multi: MultiProgress::with_draw_target(target),
            lines: Vec::new(),
            width: Box::new(width),
        }
    }

    /// A line that stays, above the table.
    pub fn say(&self, line: &str) {
        // A table that cannot be drawn must not stop a sweep.
        let _ = self.multi.println(cut(&printable(line), self.columns()));
    }

    /// Shows these lines in the place of the ones before.
    pub fn draw(&mut self, lines: &[String]) {
        let shown = &lines[..lines.len().min(MOST_LINES)];
        while self.lines.len() > shown.len() {
            if let Some(line) = self.lines.pop() {
                line.finish_and_clear();
                self.multi.remove(&line);
            }
        }
        while self.lines.len() < shown.len() {
            let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
            self.lines.push(self.multi.add(ProgressBar::new(1).with_style(style)));
        }
        for (bar, line) in self.lines.iter().zip(shown) {
            bar.set_message(cut(&printable(line), self.columns()));
        }
    }

    /// The last column stays free: some terminals break the line there.
    fn columns(&self) -> usize {
        (self.width)().saturating_sub(1)
    }
}

impl Drop for SweepTable {
    fn drop(&mut self) {
        self.lines.iter().for_each(ProgressBar::finish_and_clear);
        let _ = self.multi.clear();
    }
}
