//! What a recipe may say of the convolution layers, and what wrong ones are told.

use super::def::{LayerDef, Lowered, image_input};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem};

/// Pixels that `kernel` taps move over within `image` pixels; `None` where they do not fit.
#[must_use]
pub const fn places(image: usize, [kernel, stride, padding, dilation]: [usize; 4]) -> Option<usize> {
    let padded = image.saturating_add(2 * padding);
    let reach = dilation.saturating_mul(kernel - 1);
    if padded > reach {
        Some((padded - reach - 1) / stride + 1)
    } else {
        None
    }
}

pub(super) const fn integer(key: &'static str, doc: &'static str, min: i64, max: i64, presence: Presence) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Integer { min, max },
        presence,
    }
}

/// The greatest kernel, stride, padding or dilation.
pub(super) const LARGEST: i64 = 1 << 10;

pub(super) const OUT_CHANNELS: Field = integer("out_channels", "Channels coming out.", 1, 1 << 16, Presence::Required);
pub(super) const KERNEL_SIZE: Field = integer(
    "kernel_size",
    "Height and width of the kernel.",
    1,
    LARGEST,
    Presence::Required,
);
pub(super) const DILATION: Field = integer(
    "dilation",
    "Pixels from one number of the kernel to the next.",
    1,
    LARGEST,
    Presence::Default("1"),
);
pub(super) const GROUPS: Field = integer(
    "groups",
    "Parts that the channels are divided into; each part coming out sees one part going in. Divides both counts.",
    1,
    1 << 16,
    Presence::Default("1"),
);
pub(super) const BIAS: Field = Field {
    key: "bias",
    doc: "Whether a learnt number is added to each output channel.",
    kind: Kind::Bool,
    presence: Presence::Default("true"),
};

/// What a recipe says of either convolution.
pub(super) struct Settings {
    pub input: [usize; 3],
    pub outputs: usize,
    /// Kernel, stride, padding, dilation.
    pub moves: [usize; 4],
    pub groups: usize,
    pub bias: bool,
}

impl Settings {
    pub(super) fn read(def: &LayerDef, layer: &Chosen, input: &[usize]) -> Result<Self, Vec<Problem>> {
        let input = image_input(&layer.name, input, |image| {
            format!("put it before 'flatten' and 'linear', or make an image first, such as reshape: {image:?}")
        })?;
        let settings = Self {
            input,
            outputs: def.size(layer, "out_channels"),
            moves: [
                def.size(layer, "kernel_size"),
                def.size(layer, "stride"),
                def.number(layer, "padding") as usize,
                def.size(layer, "dilation"),
            ],
            groups: def.size(layer, "groups"),
            bias: def.flag(layer, "bias"),
        };
        let misfit = |what: &str, channels: usize| {
            (!channels.is_multiple_of(settings.groups)).then(|| {
                Problem::new(
                    KeyPath::from("groups"),
                    format!("{} groups do not divide the {channels} {what}", settings.groups),
                )
                .help(divisors(channels))
            })
        };
        let problems: Vec<Problem> = [
            misfit("channels going in", input[0]),
            misfit("out_channels", settings.outputs),
        ]
        .into_iter()
        .flatten()
        .collect();
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems)
        }
    }

    /// Weights and biases.
    pub(super) fn parameters(&self) -> usize {
        let [kernel, ..] = self.moves;
        (self.outputs.saturating_mul(self.input[0] / self.groups))
            .saturating_mul(kernel * kernel)
            .saturating_add(if self.bias { self.outputs } else { 0 })
    }

    /// The layer, where each of so many places costs a multiply-add for each weight.
    pub(super) fn lowered(&self, name: &str, ty: &'static str, [height, width]: [usize; 2], places: usize) -> Lowered {
        let output = vec![self.outputs, height, width];
        let weights = self.parameters() - if self.bias { self.outputs } else { 0 };
        let shape = |sizes: &[usize]| Argument::Type(TypeExpr::new("Rank3", sizes.iter().copied().map(Argument::Size)));
        let bias = if self.bias {
            "linear::WithBias"
        } else {
            "linear::NoBias"
        };
        let ty = TypeExpr::new(
            ty,
            [
                shape(&self.input),
                shape(&output),
                Argument::Type(TypeExpr::new("convolution::Taps", self.moves.map(Argument::Size))),
                Argument::Size(self.groups),
                Argument::Type(TypeExpr::plain(bias)),
                Argument::Type(TypeExpr::plain("linear::Identity")),
            ],
        );
        Lowered {
            output,
            parameters: self.parameters(),
            flops: (2 * weights as u64).saturating_mul(places as u64),
            fuse: Some(super::linear_def::fuse),
            ..Lowered::elementwise(name, ty, &self.input)
        }
    }
}

fn divisors(channels: usize) -> String {
    let some: Vec<String> = (1..=channels.min(1 << 16))
        .filter(|&n| channels.is_multiple_of(n))
        .take(8)
        .map(|n| n.to_string())
        .collect();
    format!("divisors of {channels}: {}", some.join(", "))
}
