//! How far a figure may move.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Half a percent: much more than rounding moves a short training by, and less than one percent.
const USUAL: f64 = 0.005;
/// Stands for all figures that have no tolerance of their own.
const ALL: &str = "*";
/// Differences that are never reported: a loss of 0 has no share of itself.
const NOTHING: f64 = 1e-9;

/// Shares by which figures may move, by their names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tolerance(BTreeMap<String, f64>);

impl Default for Tolerance {
    fn default() -> Self {
        Self([(ALL.to_owned(), USUAL)].into())
    }
}

impl Tolerance {
    /// This one, with those of the command line over it.
    #[must_use]
    pub fn with(&self, given: &[Given]) -> Self {
        let given = given.iter().map(|given| (given.name.clone(), given.share));
        Self(self.0.clone().into_iter().chain(given).collect())
    }

    /// The share by which a figure may move.
    pub fn of(&self, name: &str) -> f64 {
        let known = self.0.get(name).or_else(|| self.0.get(ALL));
        known.copied().unwrap_or(USUAL)
    }

    /// Whether a figure that was `was` may be `now`: `|now − was| ≤ share · max(|was|, |now|)`.
    ///
    /// ```
    /// use runner_baseline::Tolerance;
    /// let half_a_percent = Tolerance::default();
    /// assert!(half_a_percent.allows("val_loss", 1.0, 1.004) && !half_a_percent.allows("val_loss", 1.0, 1.01));
    /// assert!(half_a_percent.allows("r2", f64::NAN, f64::NAN) && !half_a_percent.allows("r2", 0.5, f64::NAN));
    /// ```
    pub fn allows(&self, name: &str, was: f64, now: f64) -> bool {
        let room = (self.of(name) * was.abs().max(now.abs())).max(NOTHING);
        was == now || (was.is_nan() && now.is_nan()) || (now - was).abs() <= room && room.is_finite()
    }

    /// In words: `0.5 %`, or `0.5 %, val_accuracy 2 %`.
    pub fn words(&self) -> String {
        let percent = |share: f64| {
            let digits = format!("{:.6}", share * 100.0);
            format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
        };
        let own = self.0.iter().filter(|(name, _)| *name != ALL);
        let own = own.map(|(name, share)| format!(", {name} {}", percent(*share)));
        percent(self.of(ALL)) + &own.collect::<String>()
    }
}

/// A tolerance of the command line: `0.01`, `1%`, or `val_accuracy=0.02` for one figure.
///
/// ```
/// use runner_baseline::{Given, Tolerance};
/// let given = ["1%", "val_accuracy=0.02"].map(|text| text.parse::<Given>().unwrap());
/// assert_eq!(Tolerance::default().with(&given).words(), "1 %, val_accuracy 2 %");
/// assert!("val_loss=-1".parse::<Given>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    name: String,
    share: f64,
}

impl FromStr for Given {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, share) = text.rsplit_once('=').unwrap_or((ALL, text));
        let (digits, factor) = match share.trim().strip_suffix('%') {
            Some(digits) => (digits, 0.01),
            None => (share, 1.0),
        };
        match digits.trim().parse::<f64>() {
            Ok(number) if (0.0..=1.0).contains(&(number * factor)) && !name.trim().is_empty() => Ok(Self {
                name: name.trim().to_owned(),
                share: number * factor,
            }),
            _ => Err("expected a share from 0 to 1, such as 0.01 or 1%, or FIGURE=SHARE".to_owned()),
        }
    }
}
