//! Interleaved spirals: a plane that no straight line divides.

use std::f64::consts::TAU;

use serde::Deserialize;

use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, Dataset, DatasetDef, Origin};
use super::{Draw, check_samples, dataset, n_samples, noise, numbered, share};
use runner_declare::{Bound, Chosen, Field, Kind, Presence, Range, Section};
use runner_ground::error::Result;

/// The dataset `spirals`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "spirals",
        doc: "Interleaved spirals in the plane, one a class, from the centre to radius 1; made from the seed.",
        fields: &[
            n_samples("1000"),
            Field {
                key: "classes",
                doc: "Arms.",
                kind: Kind::Integer { min: 2, max: 20 },
                presence: Presence::Default("2"),
            },
            Field {
                key: "turns",
                doc: "How often an arm goes round.",
                kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(1000.0))),
                presence: Presence::Default("1.5"),
            },
            noise("0.02"),
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
struct Spirals {
    n_samples: usize,
    classes: usize,
    turns: f64,
    noise: f64,
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let spirals: Spirals = chosen.typed()?;
    check_samples(spirals.n_samples, spirals.classes)?;
    let mut draw = Draw::new(context.seed);
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for class in 0..spirals.classes {
        let n = share(spirals.n_samples, class, spirals.classes);
        for i in 0..n {
            // Starts off the centre, where all arms would meet.
            let radius = (i + 1) as f64 / n as f64;
            let angle = TAU * (spirals.turns * radius + class as f64 / spirals.classes as f64);
            let (x, y) = (radius * libm::cos(angle), radius * libm::sin(angle));
            let (x, y) = (x + spirals.noise * draw.normal(), y + spirals.noise * draw.normal());
            features.extend([x as f32, y as f32]);
            classes.push(class as u32);
        }
    }
    dataset(chosen, context, features, classes, numbered(spirals.classes))
}
