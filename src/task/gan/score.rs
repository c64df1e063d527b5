//! What the discriminator's numbers cost: losses and slopes of both networks.

use serde::Deserialize;

/// The game that is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Adversarial {
    BinaryCrossEntropy,
    LeastSquares,
    Hinge,
}

/// Whose loss, and of which samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    /// The discriminator's, of samples of the data; with label smoothing.
    Real(f64),
    /// The discriminator's, of samples that were made.
    Artifact,
    /// The generator's.
    Generator,
}

/// Of a batch: sums over its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scored {
    pub loss: f64,
    /// How real the samples look, from 0 to 1 where the loss takes it so.
    pub score: f64,
    /// Samples that the discriminator takes for what they are.
    pub right: f64,
}

impl Adversarial {
    /// Sums over a batch of one number a sample; where asked for, slopes of the mean loss.
    pub(super) fn of(self, side: Side, outputs: &[f32], mut gradient: Option<&mut [f32]>) -> Scored {
        let mut all = Scored::default();
        let share = 1.0 / outputs.len().max(1) as f64;
        for (i, &output) in outputs.iter().enumerate() {
            let z = f64::from(output);
            let (loss, slope) = self.at(side, z);
            all.loss += loss;
            all.score += self.score(z);
            let real = self.looks_real(z);
            all.right += f64::from(u8::from(if side == Side::Artifact { !real } else { real }));
            if let Some(gradient) = gradient.as_deref_mut() {
                gradient[i] = (slope * share) as f32;
            }
        }
        all
    }

    fn at(self, side: Side, z: f64) -> (f64, f64) {
        let target = match side {
            Side::Real(smoothing) => 1.0 - smoothing,
            Side::Artifact => 0.0,
            Side::Generator => 1.0,
        };
        match (self, side) {
            (Self::BinaryCrossEntropy, _) => {
                let e = libm::exp(-z.abs());
                let positive = if z < 0.0 { 0.0 } else { z };
                (positive - target * z + libm::log1p(e), sigmoid(z) - target)
            }
            (Self::LeastSquares, _) => ((z - target) * (z - target), 2.0 * (z - target)),
            (Self::Hinge, Side::Real(_)) => hinge(1.0 - z, -1.0),
            (Self::Hinge, Side::Artifact) => hinge(1.0 + z, 1.0),
            (Self::Hinge, Side::Generator) => (-z, -1.0),
        }
    }

    fn score(self, z: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => sigmoid(z),
            Self::LeastSquares | Self::Hinge => z,
        }
    }

    fn looks_real(self, z: f64) -> bool {
        match self {
            Self::BinaryCrossEntropy | Self::Hinge => z > 0.0,
            Self::LeastSquares => z > 0.5,
        }
    }
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// A NaN stays one.
fn hinge(margin: f64, slope: f64) -> (f64, f64) {
    if margin < 0.0 { (0.0, 0.0) } else { (margin, slope) }
}

#[cfg(test)]
mod tests {
    use super::Adversarial::{BinaryCrossEntropy, Hinge, LeastSquares};
    use super::*;

    #[test]
    fn slopes_are_those_of_the_losses() {
        for game in [BinaryCrossEntropy, LeastSquares, Hinge] {
            for side in [Side::Real(0.0), Side::Real(0.1), Side::Artifact, Side::Generator] {
                for z in [-30.0, -2.0, -0.4, 0.3, 1.7, 40.0] {
                    let step = 1e-6;
                    let numerical = (game.at(side, z + step).0 - game.at(side, z - step).0) / (2.0 * step);
                    let slope = game.at(side, z).1;
                    assert!(
                        (numerical - slope).abs() < 1e-6 * slope.abs().max(1.0),
                        "{game:?} {side:?} {z}"
                    );
                }
            }
        }
    }

    #[test]
    fn figures_of_a_batch() {
        let mut gradient = [0.0; 2];
        let scored = BinaryCrossEntropy.of(Side::Artifact, &[0.0, 2.0], Some(&mut gradient));
        let sigmoid = 1.0 / (1.0 + (-2f64).exp());
        assert!((scored.loss - (2f64.ln() - (1.0 - sigmoid).ln())).abs() < 1e-12);
        assert!((scored.score - (0.5 + sigmoid)).abs() < 1e-12);
        assert_eq!(scored.right, 1.0);
        assert_eq!(gradient, [0.25, (sigmoid / 2.0) as f32]);
        assert_eq!(LeastSquares.of(Side::Real(0.0), &[0.6, 0.4], None).right, 1.0);
        assert!(Hinge.of(Side::Real(0.0), &[f32::NAN], None).loss.is_nan());
    }
}
