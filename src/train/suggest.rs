//! Learning rates that a range test suggests, as fastai finds them.

use serde::Serialize;

use super::range_test::RangeTested;

/// Steps at the end of a test that are not looked at: there the loss runs away.
const END: usize = 5;
/// Fewer steps than this say nothing.
const FEWEST: usize = 10;

/// Learning rates worth trying.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Suggestions {
    /// Where the loss falls most steeply over the logarithm of the rate; none where it falls nowhere.
    pub steepest: Option<f64>,
    /// Two thirds into the longest stretch in which the loss falls: a rate that is safe; none where it falls nowhere.
    pub valley: Option<f64>,
}

impl Suggestions {
    /// Those of a test. As in fastai, its first tenth and its last five steps are left out, and the losses are the
    /// smoothed ones.
    pub fn of(tested: &RangeTested) -> Self {
        let none = Self {
            steepest: None,
            valley: None,
        };
        let start = (tested.asked / 10) as usize;
        let end = tested.lrs.len().saturating_sub(END);
        match (tested.lrs.get(start..end), tested.smoothed.get(start..end)) {
            (Some(lrs), Some(losses)) if lrs.len() >= FEWEST => Self {
                steepest: steepest(lrs, losses),
                valley: valley(losses).and_then(|index| lrs.get(index).copied()),
            },
            _ => none,
        }
    }
}

fn steepest(lrs: &[f64], losses: &[f64]) -> Option<f64> {
    let slope = |index: usize| (losses[index + 1] - losses[index]) / (lrs[index + 1] / lrs[index]).ln();
    let slopes = (0..lrs.len().saturating_sub(1)).map(|index| (index, slope(index)));
    let steepest = slopes.min_by(|a, b| a.1.total_cmp(&b.1))?;
    (steepest.1 < 0.0).then(|| lrs[steepest.0])
}

/// The place in the longest falling subsequence of losses, one third and then half a third behind its start, as
/// `fastai.callback.schedule.valley`.
fn valley(losses: &[f64]) -> Option<usize> {
    let mut lengths = vec![1_usize; losses.len()];
    let (mut start, mut end) = (0, 0);
    for i in 1..losses.len() {
        for j in 0..i {
            if losses[i] < losses[j] && lengths[i] < lengths[j] + 1 {
                lengths[i] = lengths[j] + 1;
            }
            if lengths[end] < lengths[i] {
                end = i;
                start = end.saturating_sub(lengths[end]);
            }
        }
    }
    let sections = (end - start) as f64 / 3.0;
    let inside = sections as usize + (sections / 2.0) as usize;
    (lengths.get(end)? > &1).then_some(start + inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Losses that fall from about 1e-4 on and run away at about 1.
    fn tested(steps: u64) -> RangeTested {
        let lrs: Vec<f64> = (0..steps)
            .map(|i| 1e-7 * 1e8f64.powf(i as f64 / (steps - 1) as f64))
            .collect();
        let loss = |lr: &f64| 2.3 - 2.0 * lr / (lr + 1e-2) + (lr / 3.0).powi(2) + 0.01 * (1e3 * lr.ln()).sin();
        let losses: Vec<f64> = lrs.iter().map(loss).collect();
        RangeTested {
            smoothed: losses.clone(),
            lrs,
            losses,
            asked: steps,
        }
    }

    #[test]
    fn suggestions_are_those_of_fastai() {
        // fastai's own `valley` and `steep` over the same hundred losses; tests/figures/lr_find.py.
        let found = Suggestions::of(&tested(100));
        let close = |found: Option<f64>, theirs: f64| (found.unwrap() / theirs - 1.0).abs() < 1e-9;
        assert!(close(found.valley, VALLEY), "{found:?}");
        assert!(close(found.steepest, STEEP), "{found:?}");
    }

    const VALLEY: f64 = 0.004037017258596558;
    const STEEP: f64 = 0.008497534359086439;

    #[test]
    fn a_loss_that_never_falls_suggests_nothing() {
        let mut rising = tested(100);
        rising.smoothed = (0..100).map(f64::from).collect();
        let nothing = Suggestions {
            steepest: None,
            valley: None,
        };
        assert_eq!(Suggestions::of(&rising), nothing);
        let mut short = tested(100);
        short.lrs.truncate(20);
        short.smoothed.truncate(20);
        assert_eq!(Suggestions::of(&short), nothing);
    }
}
