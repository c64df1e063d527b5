//! What a download does: a bar of bytes, lines, or JSON.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Json, Style};
use crate::output;
use runner_data::Progress;
use runner_ground::text::format;

/// Bytes are reported at most this often in JSON.
const EVERY: Duration = Duration::from_millis(250);

/// Shows one file after another.
pub struct Download {
    style: Style,
    current: Option<(String, ProgressBar)>,
    told: Option<Instant>,
}

impl Download {
    /// Nothing is shown until something happens.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            current: None,
            told: None,
        }
    }

    /// A step of a download.
    pub fn step(&mut self, step: &Progress<'_>) {
        match self.style {
            Style::Json => self.json(step),
            Style::Bars | Style::Plain => self.show(step),
            Style::Quiet => {}
        }
    }

    fn show(&mut self, step: &Progress<'_>) {
        match *step {
            Progress::Asking { mirrors } => output::say(&format!("looking for the files; mirrors asked: {mirrors}")),
            Progress::Waiting => output::note("another process downloads the same files; waiting for it"),
            Progress::Receiving { file, bytes, total, .. } => self.receiving(file, bytes, total),
            Progress::Received { file, bytes } => {
                self.clear();
                output::say(&format!("downloaded {file}, {}", format::bytes(bytes)));
            }
            Progress::Failed { url, reason } => {
                self.clear();
                output::note(&format!("{url}: {reason}"));
            }
        }
    }

    fn receiving(&mut self, file: &str, bytes: u64, total: u64) {
        if self.style != Style::Bars {
            return;
        }
        if self.current.as_ref().is_none_or(|(name, _)| name != file) {
            self.clear();
            self.current = Some((file.to_owned(), bar(file, total)));
        }
        if let Some((_, bar)) = &self.current {
            bar.set_length(total);
            bar.set_position(bytes);
        }
    }

    fn json(&mut self, step: &Progress<'_>) {
        if matches!(step, Progress::Receiving { .. }) {
            if self.told.is_some_and(|told| told.elapsed() < EVERY) {
                return;
            }
            self.told = Some(Instant::now());
        }
        Json::new(std::io::stdout()).line(step);
    }

    fn clear(&mut self) {
        if let Some((_, bar)) = self.current.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.clear();
    }
}

fn bar(file: &str, total: u64) -> ProgressBar {
    let width = usize::from(console::Term::stderr().size().1);
    let template = match width {
        70.. => "{prefix}  {wide_bar:.cyan/dim}  {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}  {eta}",
        45.. => "{prefix}  {wide_bar:.cyan/dim}  {percent} %  {eta}",
        _ => "{prefix}  {percent} %",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    bar.set_style(style.progress_chars("━╸─"));
    let name = console::truncate_str(file, width.saturating_sub(8).min(30), "…").into_owned();
    bar.with_prefix(name)
}
