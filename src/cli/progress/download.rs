//! A bar of bytes while a file is downloaded.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Style;
use crate::cli::output;
use crate::report::format;

/// Shows one file after another.
pub struct Download {
    style: Style,
    current: Option<(String, ProgressBar)>,
}

impl Download {
    /// Nothing is shown until bytes arrive.
    pub fn new(style: Style) -> Self {
        Self { style, current: None }
    }

    /// `bytes` of the `total` of this file are there.
    pub fn received(&mut self, file: &str, bytes: u64, total: u64) {
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

    /// The file is complete.
    pub fn finished(&mut self, file: &str, bytes: u64) {
        self.clear();
        if self.style.for_people() {
            output::say(&format!("downloaded {file}, {}", format::bytes(bytes)));
        }
    }

    /// A mirror failed, or something else the user may want to know.
    pub fn note(&mut self, text: &str) {
        self.clear();
        if self.style.for_people() {
            output::note(text);
        }
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
