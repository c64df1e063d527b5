//! Whether a new training reproduces the figures of a baseline.

use serde::Serialize;

use super::{Baseline, MadeOf, Tolerance};
use runner_results::row::Row;
use runner_verify::Cell;
use runner_verify::rows::cells;

/// How figures are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// To the bit.
    Exact,
    /// Within a tolerance.
    Within,
}

/// A figure that is not what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The figure; of epoch 0 are those of the test part.
    #[serde(flatten)]
    pub cell: Cell,
    /// By which share; none where one side has no such figure.
    pub share: Option<f64>,
    /// The share by which it may move.
    pub allowed: f64,
}

/// What comparing brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// How it was compared.
    pub measure: Measure,
    /// What is not as it was when the baseline was made.
    pub differs: Vec<String>,
    /// Why the figures cannot be compared at all.
    pub incomparable: Option<String>,
    /// Figures that were compared.
    pub compared: usize,
    /// Those that moved too far, epoch by epoch.
    pub moved: Vec<Moved>,
    /// The figure that moved furthest, of those that moved.
    pub furthest: Option<Moved>,
}

impl Judgement {
    /// Whether the training reproduces the baseline.
    pub fn holds(&self) -> bool {
        self.moved.is_empty() && self.incomparable.is_none()
    }
}

/// Compares a training with a baseline; `exact` demands the same bits, whatever made them.
pub fn judge(
    baseline: &Baseline,
    made_of: &MadeOf,
    rows: &[Row],
    test: &[(String, f64)],
    tolerance: &Tolerance,
    exact: bool,
) -> Judgement {
    let differs = differences(&baseline.made_of, made_of);
    let measure = if exact || differs.is_empty() {
        Measure::Exact
    } else {
        Measure::Within
    };
    let mut all = cells(&baseline.rows, rows);
    all.extend(on_test(&baseline.test, test));
    let compared = all.len();
    let moved: Vec<Moved> = all
        .into_iter()
        .filter(|cell| !cell.is_same())
        .map(|cell| Moved {
            share: share(&cell),
            allowed: match measure {
                Measure::Exact => 0.0,
                Measure::Within if is_counted(&cell.column) => 0.0,
                Measure::Within => tolerance.of(&cell.column),
            },
            cell,
        })
        .collect();
    let furthest = moved.iter().max_by(|a, b| size(a).total_cmp(&size(b))).cloned();
    let too_far = |moved: &Moved| match (measure, moved.cell.was, moved.cell.now) {
        (Measure::Within, Some(was), Some(now)) if !is_counted(&moved.cell.column) => {
            !tolerance.allows(&moved.cell.column, was, now)
        }
        _ => true,
    };
    Judgement {
        measure,
        differs,
        incomparable: other_data(&baseline.made_of, made_of),
        compared,
        moved: moved.into_iter().filter(too_far).collect(),
        furthest,
    }
}

fn differences(was: &MadeOf, now: &MadeOf) -> Vec<String> {
    let mut found = Vec::new();
    let mut differs = |what: &str, same: bool| {
        if !same {
            found.push(what.to_owned());
        }
    };
    differs("the recipe changed", was.recipe_digest == now.recipe_digest);
    differs("another build of runner", was.program.build == now.program.build);
    differs("another compiler", was.program.rustc == now.program.rustc);
    differs("another system", was.machine.system == now.machine.system);
    differs("another processor", was.machine.cpu == now.machine.cpu);
    // Its digest follows from recipe, build, compiler and the processor's features.
    let told = !found.is_empty();
    if !told && was.program.digest != now.program.digest {
        found.push("another program".to_owned());
    }
    found
}

/// Figures of other data say nothing of the recipe.
fn other_data(was: &MadeOf, now: &MadeOf) -> Option<String> {
    let name = |made: &MadeOf| match &made.stand_in {
        Some(stand_in) => format!("{stand_in}, standing in for {}", made.data),
        None => made.data.clone(),
    };
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    (was.data_digest != now.data_digest).then(|| {
        format!(
            "the data is not that of the baseline: {} ({}), now {} ({})",
            name(was),
            short(&was.data_digest),
            name(now),
            short(&now.data_digest)
        )
    })
}

fn on_test(was: &[(String, f64)], now: &[(String, f64)]) -> Vec<Cell> {
    let find = |metrics: &[(String, f64)], name: &str| metrics.iter().find(|(key, _)| key == name).map(|found| found.1);
    let added = now.iter().filter(|(name, _)| find(was, name).is_none());
    was.iter()
        .chain(added)
        .map(|(name, _)| Cell {
            epoch: 0,
            column: name.clone(),
            was: find(was, name),
            now: find(now, name),
        })
        .collect()
}

/// What is counted moves by no rounding.
fn is_counted(column: &str) -> bool {
    matches!(column, "step" | "epoch")
}

fn share(cell: &Cell) -> Option<f64> {
    let (was, now) = (cell.was?, cell.now?);
    Some((now - was).abs() / was.abs().max(now.abs()))
}

/// What has no share moved further than anything that has one.
fn size(moved: &Moved) -> f64 {
    moved.share.filter(|share| share.is_finite()).unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::baseline;
    use super::*;

    fn judged(change: impl FnOnce(&mut Baseline), exact: bool) -> Judgement {
        let mut now = baseline();
        change(&mut now);
        judge(
            &baseline(),
            &now.made_of,
            &now.rows,
            &now.test,
            &Tolerance::default(),
            exact,
        )
    }

    #[test]
    fn the_same_program_on_the_same_machine_is_held_to_the_bit() {
        let same = judged(|_| {}, false);
        assert!(same.holds() && same.measure == Measure::Exact && same.furthest.is_none());
        assert_eq!(
            same.compared, 8,
            "two rows with step, lr and their metrics, and one figure of the test part"
        );
        let moved = judged(|now| now.test[0].1 = 0.25 + 1e-15, false);
        assert!(!moved.holds() && moved.moved[0].cell.column == "test_loss");
    }

    #[test]
    fn another_processor_may_round_otherwise_but_not_learn_otherwise() {
        let other = |now: &mut Baseline| now.made_of.machine.cpu = None;
        let noise = |now: &mut Baseline| {
            other(now);
            now.rows[0].metrics[0].1 *= 1.004;
        };
        let within = judged(noise, false);
        assert!(within.holds(), "{within:?}");
        assert_eq!(
            (within.measure, within.differs.as_slice()),
            (Measure::Within, &["another processor".to_owned()][..])
        );
        assert_eq!(within.furthest.unwrap().cell.column, "val_loss");
        assert!(!judged(noise, true).holds(), "unless the same bits are demanded");
        let regression = judged(
            |now| {
                other(now);
                now.rows[0].metrics[0].1 *= 1.01;
            },
            false,
        );
        assert!(!regression.holds());
        let moved = &regression.moved[0];
        assert_eq!((moved.cell.epoch, moved.allowed), (1, 0.005));
        assert!((moved.share.unwrap() - 0.0099).abs() < 1e-4);
    }

    #[test]
    fn a_missing_epoch_and_other_data_are_no_noise() {
        let shorter = judged(
            |now| {
                now.made_of.program.build = "other".to_owned();
                now.rows.pop();
            },
            false,
        );
        assert_eq!(shorter.moved.len(), 1);
        assert_eq!(
            (shorter.moved[0].cell.column.as_str(), shorter.moved[0].cell.now),
            ("epoch", None)
        );
        let other = judged(|now| now.made_of.data_digest = "ee".to_owned(), false);
        assert!(!other.holds() && other.incomparable.unwrap().contains("iris (cd), now iris (ee)"));
    }
}
