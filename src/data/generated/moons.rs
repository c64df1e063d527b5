//! Two interleaving half circles, as scikit-learn's `make_moons`.

use std::f64::consts::PI;

use serde::Deserialize;

use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, Dataset, DatasetDef, Origin};
use super::{Draw, dataset, n_samples, noise, numbered, share};
use runner_declare::{Chosen, Section};
use runner_ground::error::Result;

/// The dataset `moons`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "moons",
        doc: "Two interleaving half circles in the plane (as scikit-learn's make_moons); made from the seed.",
        fields: &[n_samples("1000"), noise("0.1"), TEST_SPLIT],
        shorthand: None,
    },
    origin: Origin::Generated,
    describe: |chosen, context| load(chosen, context).map(|dataset| dataset.info),
    load,
    new_inputs: super::super::inputs::rows,
};

#[derive(Deserialize)]
struct Moons {
    n_samples: usize,
    noise: f64,
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let moons: Moons = chosen.typed()?;
    let mut draw = Draw::new(context.seed);
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for class in 0..2 {
        let n = share(moons.n_samples, class, 2);
        for i in 0..n {
            let angle = PI * i as f64 / (n.max(2) - 1) as f64;
            let (x, y) = (libm::cos(angle), libm::sin(angle));
            let (x, y) = if class == 0 { (x, y) } else { (1.0 - x, 0.5 - y) };
            let (x, y) = (x + moons.noise * draw.normal(), y + moons.noise * draw.normal());
            features.extend([x as f32, y as f32]);
            classes.push(class as u32);
        }
    }
    dataset(chosen, context, features, classes, numbered(2))
}
