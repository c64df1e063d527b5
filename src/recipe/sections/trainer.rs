//! `trainer`: how long, in which portions, and on what the training runs.

use serde::{Deserialize, Serialize};

use runner_declare::{Field, Kind, Presence, Range, Section};

/// The training loop's settings. Where a model learns, a recipe says only `seeds` and `threads`; the rest is that of
/// [`Trainer::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trainer {
    /// Seeds to train with, one run each; one when absent.
    pub seeds: Option<u64>,
    /// Passes over the training data.
    pub epochs: u32,
    /// Samples in a batch; the last batch of an epoch may be smaller.
    pub batch_size: usize,
    /// Whether such a smaller batch is left out.
    pub drop_last: bool,
    /// Where the weights come from that the training begins with.
    pub init_from: Option<String>,
    /// The largest 2-norm of all gradients together.
    pub gradient_clip_norm: Option<f64>,
    /// The largest absolute value of a single gradient.
    pub gradient_clip_value: Option<f64>,
    /// Batches whose gradients are summed up to one step.
    pub accumulate_grad_batches: usize,
    /// Threads; all cores when absent.
    pub threads: Option<usize>,
    /// Where the tensors live.
    pub device: Device,
    /// Which implementation of the layers computes.
    pub engine: Engine,
    /// Steps between checkpoints within an epoch.
    pub checkpoint_every_steps: Option<u64>,
    /// Steps between digests of all tensors, besides those that every run keeps.
    pub trace_every_steps: Option<u64>,
}

impl Default for Trainer {
    /// One passage over the data, in batches that are only looked at.
    fn default() -> Self {
        Self {
            seeds: None,
            epochs: 1,
            batch_size: 4096,
            drop_last: false,
            init_from: None,
            gradient_clip_norm: None,
            gradient_clip_value: None,
            accumulate_grad_batches: 1,
            threads: None,
            device: Device::Cpu,
            engine: Engine::Fused,
            checkpoint_every_steps: None,
            trace_every_steps: None,
        }
    }
}

/// Where the tensors live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA card.
    Cuda,
}

/// Which implementation of the layers computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Fused kernels.
    Fused,
    /// dfdx's public operations and its tape.
    Reference,
}

/// The declaration of the key.
pub const FIELD: Field = Field {
    key: "trainer",
    doc: "How the training runs.",
    kind: Kind::Section(&SECTION),
    presence: Presence::Default("{}"),
};

static SECTION: Section = Section {
    name: "trainer",
    doc: "How the training runs.",
    shorthand: None,
    fields: &FIELDS,
};

/// The declaration of the key where a model learns.
pub const FIELD_OF_MODELS: Field = Field {
    key: "trainer",
    doc: "How the fit runs.",
    kind: Kind::Section(&SECTION_OF_MODELS),
    presence: Presence::Default("{}"),
};

static SECTION_OF_MODELS: Section = Section {
    name: "trainer",
    doc: "How the fit runs.",
    shorthand: None,
    fields: &FIELDS_OF_MODELS,
};

static FIELDS_OF_MODELS: [Field; 2] = [THREADS, SEEDS];

const THREADS: Field = Field {
    key: "threads",
    doc: "Threads to compute with; all cores when absent. The results are the same on any number.",
    kind: Kind::Integer { min: 1, max: 256 },
    presence: Presence::Optional,
};

const SEEDS: Field = Field {
    key: "seeds",
    doc: "The number of seeds to train with, one run each: 'seed', 'seed' + 1, and so on. 'runner compare' then tells \
          differences between recipes from the noise of seeds.",
    kind: Kind::Integer { min: 1, max: 1000 },
    presence: Presence::Optional,
};

static FIELDS: [Field; 13] = [
    Field {
        key: "epochs",
        doc: "Passes over the training data.",
        kind: Kind::Integer { min: 1, max: 100_000 },
        presence: Presence::Default("10"),
    },
    Field {
        key: "batch_size",
        doc: "Samples in a batch; the last batch of an epoch may be smaller. When absent, and there are fewer than 64 \
              training samples: all of them.",
        kind: Kind::Integer { min: 1, max: 65_536 },
        presence: Presence::Default("64"),
    },
    Field {
        key: "drop_last",
        doc: "Leave out the last batch of each epoch where it is smaller than the others; since an epoch has its own order, \
              these are other samples each time. As DataLoader(drop_last=True).",
        kind: Kind::Bool,
        presence: Presence::Changed {
            now: "false",
            before: "false",
        },
    },
    Field {
        key: "init_from",
        doc: "Initial weights from another run, in the place of random ones: the folder of a run, whose best weights are meant, \
              or a safetensors file with the names that checkpoints have. All its tensors must fit. Optimizer and schedule \
              begin anew: so a finished run is trained longer, or on other data.",
        kind: Kind::Path,
        presence: Presence::Optional,
    },
    Field {
        key: "gradient_clip_norm",
        doc: "Scale the gradients down when their 2-norm, all parameters together, exceeds this.",
        kind: Kind::Number(Range::POSITIVE),
        presence: Presence::Optional,
    },
    Field {
        key: "gradient_clip_value",
        doc: "Limit every single gradient to this absolute value.",
        kind: Kind::Number(Range::POSITIVE),
        presence: Presence::Optional,
    },
    Field {
        key: "accumulate_grad_batches",
        doc: "Batches whose gradients are summed up to one step of the optimizer.",
        kind: Kind::Integer { min: 1, max: 4096 },
        presence: Presence::Default("1"),
    },
    THREADS,
    Field {
        key: "device",
        doc: "Where the tensors live.",
        kind: Kind::Choice(&[
            ("cpu", "The processor."),
            ("cuda", "An NVIDIA card; needs a build with the feature 'cuda'."),
        ]),
        presence: Presence::Default("\"cpu\""),
    },
    Field {
        key: "engine",
        doc: "Which implementation of the layers computes.",
        kind: Kind::Choice(&[
            ("fused", "Our own kernels, several operations in one pass."),
            (
                "reference",
                "The same network through dfdx's public operations and its tape; slower, for checking.",
            ),
        ]),
        presence: Presence::Default("\"fused\""),
    },
    SEEDS,
    Field {
        key: "checkpoint_every_steps",
        doc: "Also save a checkpoint within an epoch, every this many steps.",
        kind: Kind::Integer { min: 1, max: i64::MAX },
        presence: Presence::Optional,
    },
    Field {
        key: "trace_every_steps",
        doc: "Keep a digest of every tensor every this many steps, so that 'runner verify' names the very \
              step at which a training goes another way. Without it: at steps 1, 2, 4, 8, … and at ends of epochs.",
        kind: Kind::Integer { min: 1, max: i64::MAX },
        presence: Presence::Optional,
    },
];
