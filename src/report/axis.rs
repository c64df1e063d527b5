//! Scales of a plot: where a value lies, and at which round numbers the ticks stand.

use runner_ground::text::format;

/// Maps values to 0..=1, linearly or by their logarithm.
#[derive(Clone, Debug)]
pub struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Axis {
    /// An axis that covers all finite values, widened to whole ticks.
    pub fn linear(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = bounds(values.filter(|x| x.is_finite())).unwrap_or((0.0, 1.0));
        // A constant needs some room around it, or there is nothing to divide by.
        let room = if high > low { 0.0 } else { (low.abs() * 0.1).max(1e-3) };
        let (low, high) = (low - room, high + room);
        let step = round_step((high - low) / 5.0);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let count = (last - first).clamp(1.0, 20.0) as u32;
        let ticks: Vec<f64> = (0..=count).map(|i| (first + f64::from(i)) * step).collect();
        Self {
            low: first * step,
            high: last * step,
            logarithmic: false,
            ticks,
        }
    }

    /// Like [`Axis::linear`], but it ends where the values end: for time, where empty room means nothing.
    pub fn tight(values: impl Iterator<Item = f64> + Clone) -> Self {
        let mut axis = Self::linear(values.clone());
        if let Some((low, high)) = bounds(values.filter(|x| x.is_finite())).filter(|(low, high)| high > low) {
            (axis.low, axis.high) = (low, high);
            axis.ticks.retain(|tick| (low..=high).contains(tick));
        }
        axis
    }

    /// Like [`Axis::tight`], for things that are counted: ticks stand at whole numbers only.
    pub fn whole(values: impl Iterator<Item = f64> + Clone) -> Self {
        let mut axis = Self::tight(values);
        // Ticks are sums of steps, which rounding may have moved a little.
        axis.ticks.retain(|tick| (tick - tick.round()).abs() < 1e-6);
        axis
    }

    /// A logarithmic axis over the positive values, with ticks at 1, 2 and 5 times powers of ten.
    pub fn logarithmic(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = bounds(values.filter(|x| x.is_finite() && *x > 0.0)).unwrap_or((0.1, 1.0));
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let steps: &[f64] = if last - first > 2 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let every = ((last - first) / 6 + 1).max(1) as usize;
        let powers = (first..=last).step_by(every).map(|power| 10f64.powi(power));
        let all: Vec<f64> = powers
            .flat_map(|power| steps.iter().map(move |step| step * power))
            .collect();
        // Where the data starts and ends between ticks, the axis does too.
        let ticks = all
            .into_iter()
            .filter(|tick| (low * 0.95..=high * 1.05).contains(tick))
            .collect();
        Self {
            low: low.log10() - 0.02,
            high: high.log10() + 0.02,
            logarithmic: true,
            ticks,
        }
    }

    /// Where a value lies: 0 at the low end, 1 at the high end. `None` where it cannot be drawn.
    pub fn place(&self, value: f64) -> Option<f64> {
        let value = if self.logarithmic { value.log10() } else { value };
        let place = (value - self.low) / (self.high - self.low);
        place.is_finite().then_some(place)
    }

    /// Whether equal steps are equal factors: something a reader must be told.
    pub fn is_logarithmic(&self) -> bool {
        self.logarithmic
    }

    /// Its ends as [`Axis::place`] counts, which are those of logarithms where the third says so.
    pub fn scale(&self) -> (f64, f64, bool) {
        (self.low, self.high, self.logarithmic)
    }

    /// Where ticks stand, with their labels.
    pub fn ticks(&self, label: fn(f64) -> String) -> Vec<(f64, String)> {
        self.ticks
            .iter()
            .filter_map(|&tick| Some((self.place(tick)?, label(tick))))
            .collect()
    }
}

/// A tick's label: as short as the number is.
pub fn plain(x: f64) -> String {
    if x.abs() >= 1e6 || (x != 0.0 && x.abs() < 1e-4) {
        return format::rate(x);
    }
    // Ticks are sums of steps: twelve digits hide what rounding left.
    let text = format!("{x:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A tick's label as a percentage.
pub fn percent(x: f64) -> String {
    format!("{} %", plain(x * 100.0))
}

/// A loss that falls by more than this factor shows nothing of its end on a linear axis.
pub fn spans_decades(values: impl Iterator<Item = f64>) -> bool {
    let finite: Vec<f64> = values.filter(|x| x.is_finite()).collect();
    let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let high = finite.iter().copied().fold(0.0, f64::max);
    low > 0.0 && high / low > 30.0
}

fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |bounds, x| match bounds {
        None => Some((x, x)),
        Some((low, high)) => Some((x.min(low), x.max(high))),
    })
}

/// The smallest of 1, 2, 5 times a power of ten that is no smaller than this.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let found = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= step * 0.999_999);
    let step = found.unwrap_or(10.0) * power;
    if step.is_finite() && step > 0.0 { step } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_enclose_the_values() {
        let axis = Axis::linear([0.07, 0.93].into_iter());
        let labels: Vec<_> = axis.ticks(plain).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert!((axis.place(0.5).unwrap() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn hard_values_give_an_axis_all_the_same() {
        let cases: [&[f64]; 6] = [
            &[],
            &[f64::NAN],
            &[0.0, 0.0],
            &[5.0],
            &[-1e300, 1e300],
            &[1e-300, 2e-300],
        ];
        for values in cases {
            for axis in [
                Axis::linear(values.iter().copied()),
                Axis::tight(values.iter().copied()),
                Axis::logarithmic(values.iter().copied()),
            ] {
                let ticks = axis.ticks(plain);
                assert!(
                    ticks.len() <= 21 && ticks.iter().all(|(place, _)| place.is_finite()),
                    "{values:?}: {axis:?}"
                );
            }
        }
        assert_eq!(Axis::linear([1.0].into_iter()).place(f64::NAN), None);
        assert_eq!(Axis::logarithmic([1.0, 100.0].into_iter()).place(0.0), None);
    }

    #[test]
    fn what_is_counted_has_whole_ticks() {
        for (last, expected) in [(1.0, &["1"][..]), (2.0, &["1", "2"]), (4.0, &["1", "2", "3", "4"])] {
            let axis = Axis::whole([1.0, last].into_iter());
            let labels: Vec<_> = axis.ticks(plain).into_iter().map(|(_, label)| label).collect();
            assert_eq!(labels, expected);
        }
    }

    #[test]
    fn a_logarithmic_axis_places_powers_evenly() {
        let axis = Axis::logarithmic([0.001, 10.0].into_iter());
        let labels: Vec<_> = axis.ticks(plain).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["0.001", "0.01", "0.1", "1", "10"]);
        assert!((axis.place(0.1).unwrap() - 0.5).abs() < 1e-9);
    }
}
