//! Numbers that stand for those that are missing.

/// The mean, by the running mean where a sum could go beyond all numbers. Numbers of 32 bits cannot, and are summed in
/// their order as ever.
pub(super) fn mean(present: &[f64], by_value: bool) -> f64 {
    if by_value {
        let means = present.iter().zip(1u32..);
        return means.fold(0.0, |mean, (x, n)| mean + (x / f64::from(n) - mean / f64::from(n)));
    }
    let mut sorted = present.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.iter().sum::<f64>() / sorted.len() as f64
}

/// The middle of sorted numbers, or the mean of the two in the middle.
pub(super) fn median(sorted: &[f64]) -> f64 {
    let at = |i: usize| sorted.get(i).copied().unwrap_or(0.0);
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(at(half.saturating_sub(1)), at(half))
    } else {
        at(half)
    }
}

/// The most frequent of sorted numbers; the smallest of equals.
pub(super) fn mode(sorted: &[f64]) -> f64 {
    let mut best = (0, 0.0);
    for run in sorted.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), run.first().copied().unwrap_or(0.0));
        }
    }
    best.1
}
