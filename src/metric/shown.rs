//! Metrics for people: the same in the terminal and on pages.

use super::{Unit, find};
use runner_ground::text::format::number;

/// A metric's value: shares as percentages, everything else with about four digits.
///
/// ```
/// use runner_metric::shown;
/// assert_eq!(shown("val_accuracy", 0.97123), "97.12 %");
/// assert_eq!(shown("val_loss", 0.0987), "0.0987");
/// ```
pub fn shown(name: &str, value: f64) -> String {
    if is_share(name) && value.is_finite() {
        format!("{:.2} %", value * 100.0)
    } else {
        number(value)
    }
}

/// Whether a metric is a share of one.
pub fn is_share(name: &str) -> bool {
    find(name).is_some_and(|(def, _)| def.unit == Unit::Share)
}

/// Test metrics as they are shown: without `test_`, which their place says, and losses after what people
/// ask for first.
///
/// ```
/// use runner_metric::test_metrics;
/// let metrics = [("test_loss".to_owned(), 0.1), ("test_accuracy".to_owned(), 0.9)];
/// assert_eq!(test_metrics(&metrics), [("accuracy", 0.9), ("loss", 0.1)]);
/// ```
pub fn test_metrics(metrics: &[(String, f64)]) -> Vec<(&str, f64)> {
    let short = |name| str::strip_prefix(name, "test_").unwrap_or(name);
    let mut shown: Vec<(&str, f64)> = metrics.iter().map(|(name, value)| (short(name), *value)).collect();
    // Stable: within both groups the order is the task's.
    shown.sort_by_key(|(name, _)| name.ends_with("loss"));
    shown
}
