//! A circle in a circle, as scikit-learn's `make_circles`.

use std::f64::consts::TAU;

use serde::Deserialize;

use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, Dataset, DatasetDef, Origin};
use super::{Draw, dataset, n_samples, noise, share};
use runner_declare::{Bound, Chosen, Field, Kind, Presence, Range, Section};
use runner_ground::error::Result;

/// The dataset `circles`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "circles",
        doc: "A small circle within one of radius 1, in the plane (as scikit-learn's make_circles); made from the seed.",
        fields: &[
            n_samples("1000"),
            noise("0.05"),
            Field {
                key: "factor",
                doc: "Radius of the inner circle, in (0, 1).",
                kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Excluding(1.0))),
                presence: Presence::Default("0.5"),
            },
            TEST_SPLIT,
        ],
        shorthand: None,
    },
    origin: Origin::Generated,
    describe: |chosen, context| load(chosen, context).map(|dataset| dataset.info),
    load,
    new_inputs: super::super::inputs::rows,
};

#[derive(Deserialize)]
struct Circles {
    n_samples: usize,
    noise: f64,
    factor: f64,
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let circles: Circles = chosen.typed()?;
    let mut draw = Draw::new(context.seed);
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for (class, radius) in [1.0, circles.factor].into_iter().enumerate() {
        let n = share(circles.n_samples, class, 2);
        for i in 0..n {
            let angle = TAU * i as f64 / n as f64;
            let (x, y) = (radius * libm::cos(angle), radius * libm::sin(angle));
            let (x, y) = (x + circles.noise * draw.normal(), y + circles.noise * draw.normal());
            features.extend([x as f32, y as f32]);
            classes.push(class as u32);
        }
    }
    dataset(chosen, context, features, classes, vec!["outer".into(), "inner".into()])
}
