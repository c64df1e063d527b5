//! Whether a difference between two recipes stands out of what seeds alone bring about, and how that was found out.

use super::entry::{Entry, Reached};
use super::run::Run;
use super::statistics::{Method, Test, holm, paired, welch};
use runner_ground::text::format;
use runner_metric::Goal;

/// A difference stands out where its chance is below this.
pub const LEVEL: f64 = 0.05;
/// Of more recipes than this only each against the best is tested: all pairs would be thousands, and corrected for
/// that number none would stand out.
pub const MOST_ENTRIES: usize = 12;

/// What is said where nothing tells noise from differences.
pub const ONE_SEED: &str = "One seed each: how much of these differences is seed noise cannot be said. \
     `runner RECIPE --seeds 5` trains a recipe over five seeds.";

/// Two entries in one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Places of the entries.
    pub entries: [usize; 2],
    /// Runs of each that have the metric and count.
    pub n: [usize; 2],
    /// Seeds that both have.
    pub shared: usize,
    /// What a test said; none where none can be made.
    pub test: Option<Test>,
    /// The test's chance, corrected for the number of pairs.
    pub p: Option<f64>,
    /// Whether all seeds that both have gave the very same value.
    pub equal: bool,
}

/// All pairs in one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The metric.
    pub metric: String,
    /// Which way it gets better.
    pub goal: Goal,
    /// The pairs; empty where no recipe has more than one seed, or there is only one.
    pub pairs: Vec<Pair>,
}

impl Evidence {
    /// Tests the entries against each other.
    pub fn gather(runs: &[Run], entries: &[Entry], metric: &str, goal: Goal) -> Self {
        let reached: Vec<Reached> = entries.iter().map(|entry| entry.reached(runs, metric, goal)).collect();
        let mut pairs = Vec::new();
        if reached.iter().any(|reached| reached.best.len() > 1) {
            let first = if entries.len() > MOST_ENTRIES { 1 } else { entries.len() };
            for a in 0..first {
                pairs.extend((a + 1..entries.len()).map(|b| pair([a, b], [&reached[a], &reached[b]])));
            }
        }
        let mut chances: Vec<f64> = pairs.iter().filter_map(|pair| Some(pair.test?.p)).collect();
        holm(&mut chances);
        let mut chances = chances.into_iter();
        for pair in pairs.iter_mut().filter(|pair| pair.test.is_some()) {
            pair.p = chances.next();
        }
        Self {
            metric: metric.to_owned(),
            goal,
            pairs,
        }
    }

    /// How many tests were made.
    #[must_use]
    pub fn tests(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.test.is_some()).count()
    }

    /// What the pair shows, in words.
    #[must_use]
    pub fn words(&self, pair: &Pair, entries: &[Entry]) -> String {
        let [a, b] = pair.entries.map(|entry| entries[entry].label.as_str());
        let Some((test, p)) = pair.test.zip(pair.p) else {
            return self.untested(pair, [a, b]);
        };
        // The better one is spoken of first.
        let better = match self.goal {
            Goal::Max => test.difference >= 0.0,
            Goal::Min => test.difference <= 0.0,
        };
        let [a, b] = if better { [a, b] } else { [b, a] };
        let size = test.difference.abs();
        let how = match test.method {
            Method::Paired => format!("paired over {} seeds", pair.shared),
            Method::Welch => format!("Welch, {} and {} seeds", pair.n[0], pair.n[1]),
        };
        let verdict = if p < LEVEL {
            "stands out of seed noise"
        } else {
            "does not stand out of seed noise"
        };
        format!(
            "{a} is better than {b} by {} [{}, {}], p {} ({how}): {verdict}",
            self.amount(size),
            self.bound(size - test.half),
            self.bound(size + test.half),
            chance(p),
        )
    }

    /// The pairs as sentences: each that was tested, and in one sentence who could not be, having too few seeds.
    #[must_use]
    pub fn sentences(&self, entries: &[Entry], most: usize) -> Vec<(String, Option<bool>)> {
        let judged = self
            .pairs
            .iter()
            .filter(|pair| pair.n.iter().all(|&n| n > 1) || pair.equal);
        let mut sentences: Vec<_> = judged
            .take(most)
            .map(|pair| (self.words(pair, entries), pair.p.map(|p| p < LEVEL)))
            .collect();
        let few: Vec<&str> = self
            .short_of_seeds()
            .into_iter()
            .map(|entry| entries[entry].label.as_str())
            .collect();
        if !few.is_empty() && !self.pairs.is_empty() {
            let rest = if few.len() > 12 {
                format!(" and {} more", few.len() - 12)
            } else {
                String::new()
            };
            let named = few.iter().take(12).copied().collect::<Vec<_>>().join(", ");
            sentences.push((
                format!("{named}{rest}: fewer than two finished seeds, so no test"),
                None,
            ));
        }
        sentences
    }

    /// The entries of which no test can be made.
    fn short_of_seeds(&self) -> Vec<usize> {
        let sides = self.pairs.iter().flat_map(|pair| pair.entries.into_iter().zip(pair.n));
        let few = sides.filter(|(_, n)| *n < 2).map(|(entry, _)| entry);
        few.collect::<std::collections::BTreeSet<usize>>().into_iter().collect()
    }

    fn untested(&self, pair: &Pair, [a, b]: [&str; 2]) -> String {
        let few = |label: &str, n: usize| match n {
            0 => format!("no finished run of {label} has {}", self.metric),
            _ => format!("{label} has one seed only"),
        };
        if let Some(place) = pair.n.iter().position(|&n| n == 0) {
            return format!("{a} and {b}: no test, {}", few([a, b][place], 0));
        }
        if pair.equal {
            return format!(
                "{a} and {b}: equal to the last digit in all {} seeds that both have",
                pair.shared
            );
        }
        if let Some(place) = pair.n.iter().position(|&n| n == 1) {
            return format!("{a} and {b}: no test, {}", few([a, b][place], 1));
        }
        format!("{a} and {b}: no test, their difference is the same for all seeds, so there is no noise to judge it by")
    }

    /// A difference in the metric's unit.
    fn amount(&self, x: f64) -> String {
        if runner_metric::is_share(&self.metric) {
            format!("{:.2} points", x * 100.0)
        } else {
            format::number(x)
        }
    }

    fn bound(&self, x: f64) -> String {
        if runner_metric::is_share(&self.metric) {
            format!("{:.2}", x * 100.0)
        } else {
            format::number(x)
        }
    }
}

/// How it was found out, for the reader of the figures.
#[must_use]
pub fn method(evidence: &Evidence, entries: usize) -> String {
    let tests = evidence.tests();
    let correction = match tests {
        0 | 1 => String::new(),
        _ if entries > MOST_ENTRIES => {
            format!(" Each recipe is tested against the best; p is corrected for {tests} tests (Holm).")
        }
        _ => format!(" p is corrected for {tests} tests (Holm)."),
    };
    format!(
        "Method: ± and [ ] are 95 % intervals (Student's t) over finished runs, one a seed; they say how much seeds \
         alone move the mean. Two recipes are tested over the seeds that both have (paired t test), or, where they \
         share fewer than half, as two samples (Welch's t test), two-sided, in the best value of each run.{correction} \
         A difference stands out where p < {LEVEL}."
    )
}

/// A chance as people read it, after `p`.
#[must_use]
pub fn chance(p: f64) -> String {
    match p {
        _ if p < 1e-4 => "< 0.0001".to_owned(),
        _ if p < 0.01 => format!("= {p:.4}"),
        _ => format!("= {p:.3}"),
    }
}

fn pair(entries: [usize; 2], reached: [&Reached; 2]) -> Pair {
    let [a, b] = reached.map(|reached| &reached.best);
    let n = [a.len(), b.len()];
    let both: (Vec<f64>, Vec<f64>) = a.iter().filter_map(|(seed, x)| Some((*x, *b.get(seed)?))).unzip();
    let shared = both.0.len();
    // Where few seeds are shared, the others say more than the pairs do.
    let test = if shared > 1 && 2 * shared >= n[0].min(n[1]) {
        paired(&both.0, &both.1)
    } else {
        let all = |values: &std::collections::BTreeMap<u64, f64>| values.values().copied().collect::<Vec<_>>();
        welch(&all(a), &all(b))
    };
    Pair {
        entries,
        n,
        shared,
        test,
        p: None,
        equal: shared > 0 && both.0 == both.1,
    }
}
