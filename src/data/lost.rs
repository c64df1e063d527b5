//! Numbers that differ in the data and are the same to a network, which computes with 32 bits.

use super::column::Column;
use super::dataset::Normalization;
use super::normalize::Affine;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// Rows that are looked at, in equal steps.
const ROWS: usize = 500;

/// Of this many numbers more than one has to be left.
const MOST: usize = 10;

/// Says of which features half of the numbers or more are lost.
///
/// # Errors
/// When of a feature that varies hardly anything is left, or a number is beyond all that 32 bits hold.
pub(super) fn digits(input: &dyn Column, normalization: &Normalization, names: &[String]) -> Result<Vec<String>> {
    let (rows, width) = (input.len(), input.width());
    let affine = Affine::new(normalization, width)?;
    let step = rows.div_ceil(ROWS).max(1);
    let raw: Vec<Vec<f64>> = (0..rows).step_by(step).filter_map(|row| input.numbers(row)).collect();
    let mut scaled = vec![vec![0.0f32; width]; raw.len()];
    for (raw, scaled) in raw.iter().zip(&mut scaled) {
        affine.numbers(raw, scaled);
    }
    let mut notes = Vec::new();
    for feature in 0..width {
        let name = || {
            names
                .get(feature)
                .map_or_else(|| feature.to_string(), |name| shown(name))
        };
        let mut exact: Vec<f64> = raw.iter().map(|row| row[feature]).collect();
        let mut seen: Vec<f32> = scaled.iter().map(|row| row[feature]).collect();
        let entry = |numbers: &[f64]| numbers.get(feature).or(numbers.first()).copied();
        let scaled = (entry(&normalization.mean), entry(&normalization.std)) != (Some(0.0), Some(1.0));
        if seen.iter().any(|x| !x.is_finite()) {
            let message = format!("column '{}' has numbers beyond those of 32 bits", name());
            return Err(Error::new(Kind::Data, message).help(remedy(&name(), scaled)));
        }
        exact.sort_unstable_by(f64::total_cmp);
        exact.dedup();
        seen.sort_unstable_by(f32::total_cmp);
        seen.dedup();
        if exact.len() > 1 && (seen.len() == 1 || seen.len() * MOST < exact.len()) {
            let message = format!(
                "the numbers of column '{}' differ, such as {:?} and {:?}, but of {} of them a network, which computes with 32 bits, sees {}",
                name(),
                exact[0],
                exact[1],
                exact.len(),
                seen.len()
            );
            return Err(Error::new(Kind::Data, message).help(remedy(&name(), scaled)));
        }
        if seen.len() * 2 < exact.len() {
            notes.push(format!(
                "'{}': of {} different numbers {} are left in the 32 bits that a network computes with",
                name(),
                exact.len(),
                seen.len()
            ));
        }
    }
    Ok(notes)
}

fn remedy(name: &str, scaled: bool) -> String {
    let outliers = "where a few numbers are far from the others, take them out of the file";
    match scaled {
        true => format!("{outliers}; else multiply all by a number that brings them near 1"),
        false => format!("scale it: 'columns: {{{name}: {{scale: standardize}}}}'; {outliers}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::Floats;
    use super::*;

    fn look(values: Vec<f64>, mean: f64, std: f64) -> Result<Vec<String>> {
        let normalization = Normalization {
            mean: vec![mean],
            std: vec![std],
        };
        digits(&Floats::new(1, values), &normalization, &["t".to_owned()])
    }

    #[test]
    fn what_32_bits_do_not_tell_apart_is_said_or_refused() {
        let seconds: Vec<f64> = (0..60).map(|i| 1.7e9 + f64::from(i)).collect();
        assert!(look(seconds.clone(), 1.7e9, 17.0).unwrap().is_empty());
        assert!(look(seconds, 0.0, 1.0).unwrap_err().to_string().contains("'t' differ"));
        let mut far: Vec<f64> = (0..60).map(f64::from).collect();
        far.push(1e12);
        assert!(
            look(far.clone(), 1e10, 1e11)
                .unwrap_err()
                .to_string()
                .contains("of 61 of them")
        );
        assert!(look(far, 6e7, 6e7).unwrap()[0].contains("of 61 different numbers"));
        let beyond = look(vec![1e40, 2e40], 0.0, 1.0).unwrap_err().to_string();
        assert!(beyond.contains("beyond those of 32 bits"), "{beyond}");
        assert!(look(vec![3.0; 5], 3.0, 1.0).unwrap().is_empty());
    }
}
