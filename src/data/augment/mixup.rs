//! `mixup`: two images and their classes mixed (Zhang et al. 2018).

use rand_core::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Deserialize;

use super::{AugmentDef, Step};
use runner_declare::{Bound, Field, Kind, Presence, Range, Section};
use runner_ground::random::Key;

/// The augmentation `mixup`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "mixup",
        doc: "Mixes each image with another training image, and their losses in the same proportion (Zhang et al. 2018).\nUnlike torchvision's MixUp each image has a share and a partner of its own, drawn from the whole training part, and its own share is the larger one: metrics of the training count its own class.",
        fields: &[Field {
            key: "alpha",
            doc: "The share is drawn from Beta(alpha, alpha): small for images that are nearly their own, large for halves.",
            kind: Kind::Number(Range::new(Bound::Including(0.01), Bound::Including(100.0))),
            presence: Presence::Default("0.2"),
        }],
        shorthand: Some("alpha"),
    },
    build: |chosen, _| Ok(Step::Mix(super::typed(chosen)?)),
};

/// Draws with what each image is mixed.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Mixup {
    alpha: f64,
}

impl Mixup {
    /// The partner among `samples` samples, and the share that an image keeps, from 0.5 to 1.
    pub fn draw(self, key: Key, samples: usize) -> (u32, f32) {
        let mut stream = key.at(u64::MAX).stream();
        let partner = ((u128::from(stream.next_u64()) * samples as u128) >> 64) as u32;
        let (a, b) = (log_gamma(self.alpha, &mut stream), log_gamma(self.alpha, &mut stream));
        // a / (a + b) for logarithms: for a small alpha both numbers may be too small for any float.
        let share = 1.0 / (1.0 + libm::exp(b - a));
        (partner, share.max(1.0 - share) as f32)
    }
}

/// In (0, 1).
fn uniform(stream: &mut Xoshiro256PlusPlus) -> f64 {
    ((stream.next_u64() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// The logarithm of a number drawn from Gamma(shape, 1) (Marsaglia and Tsang 2000; for a shape below 1 by their boost).
fn log_gamma(shape: f64, stream: &mut Xoshiro256PlusPlus) -> f64 {
    if shape < 1.0 {
        return log_gamma(shape + 1.0, stream) + libm::log(uniform(stream)) / shape;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let radius = libm::sqrt(-2.0 * libm::log(uniform(stream)));
        let x = radius * libm::cos(std::f64::consts::TAU * uniform(stream));
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if libm::log(uniform(stream)) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return libm::log(d * v);
        }
    }
}
