//! The line that an epoch leaves behind, and fitting text into narrow terminals.

use console::measure_text_width;

use runner_ground::text::format;
use runner_results::row::Row;

/// Between the parts of a line.
const GAP: &str = "  ";

/// The parts of the line that an epoch leaves, or a step of a model; `pass` is what it is called. The most important
/// stand first.
///
/// ```
/// use runner_cli::progress::{epoch_line, fit};
/// use runner_results::row::Row;
/// let row = Row {
///     epoch: 3, step: 60, lr: Some(1e-3), seconds: 4.13, samples_per_second: 800.0,
///     metrics: vec![
///         ("train_loss".into(), 0.1234), ("val_loss".into(), 0.0987), ("val_accuracy".into(), 0.9712),
///     ],
/// };
/// let parts = epoch_line(&row, "epoch", 10, Some("*"));
/// assert_eq!(parts.join("  "), "epoch  3/10  loss 0.1234  val_loss 0.0987  val_accuracy 97.12 %  4.1 s  *");
/// assert_eq!(fit(42, &parts), "epoch  3/10  loss 0.1234  val_loss 0.0987");
/// ```
pub fn epoch_line(row: &Row, pass: &str, epochs: u64, mark: Option<&str>) -> Vec<String> {
    let total = epochs.to_string();
    let mut parts = vec![format!("{pass} {:>width$}/{total}", row.epoch, width = total.len())];
    // Without a loss the first metric says how well the training part was learnt.
    let learnt = row.metrics.first().map(|(name, _)| name.as_str());
    let shown = |name: &str| name.starts_with("val_") || Some(name) == learnt;
    let validated = row.metrics.iter().any(|(name, _)| name.starts_with("val_"));
    for (name, value) in row.metrics.iter().filter(|(name, _)| !validated || shown(name)) {
        let title = if name == "train_loss" { "loss" } else { name };
        parts.push(format!("{title} {}", runner_metric::shown(name, *value)));
    }
    parts.push(format::seconds(row.seconds));
    parts.extend(mark.map(str::to_owned));
    parts
}

/// As many of the parts as fit into `width` columns, in their order; the first is cut if need be.
pub fn fit(width: usize, parts: &[String]) -> String {
    let Some((first, others)) = parts.split_first() else {
        return String::new();
    };
    let mut line = cut(first, width);
    let mut used = measure_text_width(&line);
    for part in others {
        let more = GAP.len() + measure_text_width(part);
        if used + more <= width {
            line.push_str(GAP);
            line.push_str(part);
            used += more;
        }
    }
    line
}

/// The text, cut to `width` columns.
pub fn cut(text: &str, width: usize) -> String {
    // A column that is not there has no room for the sign of a cut either.
    if width == 0 {
        String::new()
    } else {
        console::truncate_str(text, width, "…").into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_any_width() {
        let parts: Vec<String> = ["epoch  3/10", "loss 0.1234", "été 5", "*"].map(str::to_owned).to_vec();
        for width in 0..50 {
            assert!(measure_text_width(&fit(width, &parts)) <= width, "{width}");
        }
        assert_eq!(fit(20, &parts), "epoch  3/10  été 5");
        assert_eq!(fit(5, &parts), "epoc…");
        assert_eq!(fit(5, &[]), "");
    }

    #[test]
    fn without_validation_the_training_metrics_are_shown() {
        let row = Row {
            epoch: 1,
            step: 2,
            lr: Some(0.1),
            metrics: vec![("train_loss".into(), 0.5), ("train_accuracy".into(), 0.9)],
            seconds: 61.0,
            samples_per_second: 1.0,
        };
        assert_eq!(
            epoch_line(&row, "epoch", 100, None).join("  "),
            "epoch   1/100  loss 0.5000  train_accuracy 90.00 %  1 min 01 s"
        );
    }
}
