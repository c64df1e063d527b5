//! Normal clouds around random centres, as scikit-learn's `make_blobs`.

use serde::Deserialize;

use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, Dataset, DatasetDef, Origin};
use super::{Draw, MAX_SPREAD, check_samples, dataset, n_samples, numbered, share};
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::error::Result;

/// The most numbers in all samples together: 400 MB, and as much again at most while they are split.
const MAX_NUMBERS: usize = 100_000_000;

/// The dataset `blobs`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "blobs",
        doc: "Normal clouds around random centres, one a class (as scikit-learn's make_blobs); made from the seed.",
        fields: &[
            n_samples("1000"),
            Field {
                key: "centers",
                doc: "Clouds, and so classes.",
                kind: Kind::Integer { min: 2, max: 1000 },
                presence: Presence::Default("3"),
            },
            Field {
                key: "n_features",
                doc: "Coordinates of a sample.",
                kind: Kind::Integer { min: 1, max: 10_000 },
                presence: Presence::Default("2"),
            },
            Field {
                key: "cluster_std",
                doc: "Standard deviation of a cloud, in each coordinate; centres lie within -10 and 10.",
                kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(MAX_SPREAD))),
                presence: Presence::Default("1.0"),
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
struct Blobs {
    n_samples: usize,
    centers: usize,
    n_features: usize,
    cluster_std: f64,
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let blobs: Blobs = chosen.typed()?;
    check_samples(blobs.n_samples, blobs.centers)?;
    if blobs.n_samples.saturating_mul(blobs.n_features) > MAX_NUMBERS {
        let what = format!(
            "{} samples of {} features are more than {MAX_NUMBERS} numbers",
            blobs.n_samples, blobs.n_features
        );
        return Err(Problem::new(KeyPath::from("dataset.n_samples"), what)
            .help("use fewer samples or features")
            .into());
    }
    let mut draw = Draw::new(context.seed);
    let centers: Vec<f64> = (0..blobs.centers * blobs.n_features)
        .map(|_| draw.uniform() * 20.0 - 10.0)
        .collect();
    let mut features = Vec::with_capacity(blobs.n_samples * blobs.n_features);
    let mut classes = Vec::with_capacity(blobs.n_samples);
    for (c, center) in centers.chunks_exact(blobs.n_features).enumerate() {
        for _ in 0..share(blobs.n_samples, c, blobs.centers) {
            features.extend(center.iter().map(|x| (x + blobs.cluster_std * draw.normal()) as f32));
            classes.push(c as u32);
        }
    }
    dataset(chosen, context, features, classes, numbered(blobs.centers))
}
