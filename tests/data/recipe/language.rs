//! A small language with one field of every kind, and helpers that load recipes of it.

use std::path::{Path, PathBuf};

use runner::declare::{Bound, Field, Kind, Presence, Range, Section};
use runner::recipe::{Entries, Language, Models, Overrides, Recipe, sections};

pub const GOOD: &str = "\
task: classification
seed: 42
dataset: {name: csv, path: taxi.csv, columns: {fare: number}}
network:
  - linear: 512
  - relu
  - residual:
      - linear: {out_features: 512, bias: false}
      - dropout: 0.2
  - linear: 10
loss: cross_entropy
optimizer: {name: adamw, lr: 1e-3, betas: [0.9, 0.99]}
lr_scheduler: {name: step, step_size: 3}
trainer: {epochs: 5, gradient_clip_norm: 1.0}
early_stopping: {patience: 2}
";

/// A folder with files, gone when dropped.
pub struct Files(tempfile::TempDir);

impl Files {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn load(&self, name: &str, set: &[&str], env: &[(&str, &str)]) -> Result<Recipe, String> {
        let overrides = Overrides {
            set: set.iter().map(|text| (*text).to_owned()).collect(),
            env: env
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Overrides::default()
        };
        let folder = format!("{}/", self.0.path().display());
        Recipe::load(small(), &self.path(name), &overrides).map_err(|error| error.to_string().replace(&folder, ""))
    }
}

pub fn load(text: &str) -> Result<Recipe, String> {
    Files::new(&[("x.yaml", text)]).load("x.yaml", &[], &[])
}

pub fn load_path(path: &Path) -> Result<Recipe, runner::error::Error> {
    Recipe::load(small(), path, &Overrides::default())
}

// Entries of its own, with the fields that the program's have in common.
const DATASETS: Entries = Entries {
    entries: datasets,
    common: runner::catalog::DATASETS.common,
};
const SCHEDULERS: Entries = Entries {
    entries: schedulers,
    common: runner::catalog::SCHEDULERS.common,
};

pub fn small() -> &'static Language {
    static HEAD: [Field; 6] = sections::head(tasks, DATASETS);
    static TAIL: [Field; 5] = sections::tail(optimizers, SCHEDULERS);
    static TAIL_OF_MODELS: [Field; 2] = sections::tail_of_models();
    static SMALL: Language = Language {
        head: &HEAD,
        tail: &TAIL,
        tasks,
        layers,
        models: Models {
            tasks: tasks_of_models,
            tail: &TAIL_OF_MODELS,
        },
    };
    &SMALL
}

const fn field(key: &'static str, kind: Kind, presence: Presence) -> Field {
    Field {
        key,
        doc: "A setting.",
        kind,
        presence,
    }
}

const fn section(name: &'static str, fields: &'static [Field], shorthand: Option<&'static str>) -> Section {
    Section {
        name,
        doc: "An entry.",
        fields,
        shorthand,
    }
}

const WIDTH: Kind = Kind::Integer { min: 1, max: 65_536 };
const RATE: Kind = Kind::Number(Range::POSITIVE);
const FRACTION: Kind = Kind::Number(Range::FRACTION);

fn tasks() -> Vec<&'static Section> {
    static SUPERVISED: [Field; 2] = [
        field("network", Kind::Layers, Presence::Required),
        field(
            "loss",
            Kind::Variant {
                of: losses,
                common: &[],
            },
            Presence::Default("\"cross_entropy\""),
        ),
    ];
    static GAN: [Field; 2] = [
        field("generator", Kind::Layers, Presence::Required),
        field("discriminator", Kind::Layers, Presence::Required),
    ];
    static CLASSIFICATION: Section = section("classification", &SUPERVISED, None);
    static ADVERSARIAL: Section = section("gan", &GAN, None);
    vec![&CLASSIFICATION, &ADVERSARIAL]
}

fn tasks_of_models() -> Vec<&'static Section> {
    static FIELDS: [Field; 1] = [field(
        "model",
        Kind::Variant {
            of: models,
            common: &[],
        },
        Presence::Required,
    )];
    static CLASSIFICATION: Section = section("classification", &FIELDS, None);
    vec![&CLASSIFICATION]
}

fn models() -> Vec<&'static Section> {
    static FOREST_FIELDS: [Field; 1] = [field("trees", WIDTH, Presence::Default("100"))];
    static FOREST: Section = section("forest", &FOREST_FIELDS, None);
    static NEIGHBOURS: Section = section("neighbours", &[], None);
    vec![&FOREST, &NEIGHBOURS]
}

fn datasets() -> Vec<&'static Section> {
    static COLUMN: Kind = Kind::Choice(&[("number", "A number."), ("category", "A word.")]);
    static WORD: Kind = Kind::Text;
    static CSV_FIELDS: [Field; 4] = [
        field("path", Kind::Path, Presence::Required),
        field("columns", Kind::Map(&COLUMN), Presence::Default("{}")),
        field(
            "drop",
            Kind::List {
                of: &WORD,
                min: 0,
                max: 3,
            },
            Presence::Default("[]"),
        ),
        field("header", Kind::Bool, Presence::Default("true")),
    ];
    static CSV: Section = section("csv", &CSV_FIELDS, None);
    static IRIS: Section = section("iris", &[], None);
    vec![&CSV, &IRIS]
}

fn losses() -> Vec<&'static Section> {
    static WEIGHT: Kind = RATE;
    static WEIGHTS: [Kind; 2] = [
        Kind::Choice(&[("balanced", "By frequency.")]),
        Kind::List {
            of: &WEIGHT,
            min: 1,
            max: usize::MAX,
        },
    ];
    static CROSS_ENTROPY: Section = section(
        "cross_entropy",
        &[field("class_weights", Kind::Either(&WEIGHTS), Presence::Optional)],
        None,
    );
    // Once a sum, and nothing said so.
    const REDUCTION: Kind = Kind::Choice(&[("mean", "The mean."), ("sum", "The sum.")]);
    static MSE_FIELDS: [Field; 1] = [field(
        "reduction",
        REDUCTION,
        Presence::Changed {
            now: "\"mean\"",
            before: "\"sum\"",
        },
    )];
    static MSE: Section = section("mse", &MSE_FIELDS, None);
    vec![&CROSS_ENTROPY, &MSE]
}

fn optimizers() -> Vec<&'static Section> {
    static BETA: Kind = FRACTION;
    static ADAM_FIELDS: [Field; 2] = [
        field("lr", RATE, Presence::Default("1e-3")),
        field(
            "betas",
            Kind::List {
                of: &BETA,
                min: 2,
                max: 2,
            },
            Presence::Default("[0.9, 0.999]"),
        ),
    ];
    static SGD_FIELDS: [Field; 3] = [
        field("lr", RATE, Presence::Required),
        field("momentum", FRACTION, Presence::Default("0")),
        field("nesterov", Kind::Bool, Presence::Default("false")),
    ];
    static ADAM: Section = section("adam", &ADAM_FIELDS, None);
    static ADAMW: Section = section("adamw", &ADAM_FIELDS, None);
    static SGD: Section = section("sgd", &SGD_FIELDS, None);
    vec![&ADAM, &ADAMW, &SGD]
}

fn schedulers() -> Vec<&'static Section> {
    static STEP_FIELDS: [Field; 2] = [
        field("step_size", WIDTH, Presence::Required),
        field(
            "gamma",
            Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(1.0))),
            Presence::Default("0.1"),
        ),
    ];
    static STEP: Section = section("step", &STEP_FIELDS, None);
    static CONSTANT: Section = section("constant", &[], None);
    vec![&STEP, &CONSTANT]
}

fn layers() -> Vec<&'static Section> {
    static LINEAR_FIELDS: [Field; 2] = [
        field("out_features", WIDTH, Presence::Required),
        field("bias", Kind::Bool, Presence::Default("true")),
    ];
    static DROPOUT_FIELDS: [Field; 1] = [field("p", FRACTION, Presence::Default("0.5"))];
    static RESIDUAL_FIELDS: [Field; 1] = [field("layers", Kind::Layers, Presence::Required)];
    static LINEAR: Section = section("linear", &LINEAR_FIELDS, Some("out_features"));
    static RELU: Section = section("relu", &[], None);
    static DROPOUT: Section = section("dropout", &DROPOUT_FIELDS, Some("p"));
    static RESIDUAL: Section = section("residual", &RESIDUAL_FIELDS, Some("layers"));
    vec![&LINEAR, &RELU, &DROPOUT, &RESIDUAL]
}
