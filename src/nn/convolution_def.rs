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

/// Pixels from the first tap to the last, both counted.
#[must_use]
pub const fn reach([kernel, _, _, dilation]: [usize; 4]) -> usize {
    dilation * (kernel - 1) + 1
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
/// Numbers of at least 1: one for both axes, or one for each.
pub(super) const SIZES: Kind = Kind::Either(&[
    Kind::Integer { min: 1, max: LARGEST },
    Kind::List {
        of: &Kind::Integer { min: 1, max: LARGEST },
        min: 2,
        max: 2,
    },
]);
/// The same, where 0 is one of them.
pub(super) const MARGINS: Kind = Kind::Either(&[MARGIN, MARGIN_PAIR]);
pub(super) const MARGIN: Kind = Kind::Integer { min: 0, max: LARGEST };
pub(super) const MARGIN_PAIR: Kind = Kind::List {
    of: &MARGIN,
    min: 2,
    max: 2,
};

/// PyTorch's words for paddings.
pub(super) const PADDINGS: Kind = Kind::Choice(&[
    (
        "same",
        "As much as keeps the size; with stride 1 and a kernel that spans an odd number.",
    ),
    ("valid", "None."),
]);

pub(super) const KERNEL_SIZE: Field = Field {
    key: "kernel_size",
    doc: "Height and width of the kernel: one number for both, or [height, width].",
    kind: SIZES,
    presence: Presence::Required,
};
pub(super) const DILATION: Field = Field {
    key: "dilation",
    doc: "Pixels from one number of the kernel to the next, or [down, across].",
    kind: SIZES,
    presence: Presence::Default("1"),
};
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
    /// Kernel, stride, padding, dilation: down, and across.
    pub moves: [[usize; 4]; 2],
    pub groups: usize,
    pub bias: bool,
}

/// Channels, height and width of an image.
pub(super) fn image(layer: &Chosen, input: &[usize]) -> Result<[usize; 3], Vec<Problem>> {
    image_input(&layer.name, input, |image| {
        format!("put it before 'flatten' and 'linear', or make an image first, such as reshape: {image:?}")
    })
}

impl Settings {
    /// Of an image, or of what is read as one.
    pub(super) fn read(def: &LayerDef, layer: &Chosen, input: [usize; 3]) -> Result<Self, Vec<Problem>> {
        let pairs = ["kernel_size", "stride", "padding", "dilation"].map(|key| def.pair(layer, key));
        let mut moves = [0, 1].map(|axis| pairs.map(|pair| pair[axis]));
        if def.word(layer, "padding") == "same" {
            for along in &mut moves {
                along[2] = same(*along).map_err(|problem| vec![problem])?;
            }
        }
        let settings = Self {
            input,
            outputs: def.size(layer, "out_channels"),
            moves,
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
        let [high, wide] = self.moves.map(|[kernel, ..]| kernel);
        (self.outputs.saturating_mul(self.input[0] / self.groups))
            .saturating_mul(high * wide)
            .saturating_add(if self.bias { self.outputs } else { 0 })
    }

    /// The types of the image going in, the one coming out, and the taps between them.
    pub(super) fn images(&self, output: [usize; 3]) -> Vec<Argument> {
        let shape = |sizes: [usize; 3]| TypeExpr::new("Rank3", sizes.map(Argument::Size));
        let [down, across] = self.moves;
        // The same down and across is a type of its own, which programs compiled before know.
        let taps = if down == across {
            taps(down)
        } else {
            TypeExpr::new("convolution::Rectangle", [down, across].map(taps).map(Argument::Type))
        };
        [shape(self.input), shape(output), taps].map(Argument::Type).to_vec()
    }

    /// The layer whose type begins with these arguments, where each of so many places costs a multiply-add for each
    /// weight.
    pub(super) fn lowered(
        &self,
        name: &str,
        ty: &'static str,
        mut arguments: Vec<Argument>,
        output: &[usize],
        places: usize,
    ) -> Lowered {
        let weights = self.parameters() - if self.bias { self.outputs } else { 0 };
        let bias = if self.bias {
            "linear::WithBias"
        } else {
            "linear::NoBias"
        };
        arguments.push(Argument::Size(self.groups));
        arguments.extend([bias, "linear::Identity"].map(|ty| Argument::Type(TypeExpr::plain(ty))));
        Lowered {
            parameters: self.parameters(),
            flops: (2 * weights as u64).saturating_mul(places as u64),
            fuse: Some(super::linear_def::fuse),
            ..Lowered::elementwise(name, TypeExpr::new(ty, arguments), output)
        }
    }
}

/// The padding on each side that keeps the size.
fn same(along: [usize; 4]) -> Result<usize, Problem> {
    let [_, stride, _, _] = along;
    if stride != 1 {
        let message = format!("padding 'same' needs stride 1, not {stride}");
        let help = "give 'padding' as a number: half of kernel_size, rounded down, divides the size by the stride";
        return Err(Problem::new(KeyPath::from("padding"), message).help(help));
    }
    let spans = reach(along);
    if spans.is_multiple_of(2) {
        let message = format!("padding 'same' is not the same on both sides of a kernel that spans {spans}");
        let help = "make kernel_size odd, or give 'padding' as a number";
        return Err(Problem::new(KeyPath::from("padding"), message).help(help));
    }
    Ok(spans / 2)
}

/// What is said of a kernel that finds no place, from its span and the sizes as people write them.
pub(super) fn misfit(spans: &str, sizes: &str, padding: Option<String>) -> Problem {
    let message = format!("a kernel that spans {spans} does not fit {sizes}");
    let help = match padding {
        None => "make it smaller or give 'padding'".to_owned(),
        Some(padding) => format!("make it smaller, or 'padding' larger than {padding}"),
    };
    Problem::new(KeyPath::from("kernel_size"), message).help(help)
}

/// The type of the taps along one axis.
pub(super) fn taps(along: [usize; 4]) -> TypeExpr {
    TypeExpr::new("convolution::Taps", along.map(Argument::Size))
}

/// One number where both are the same, as a recipe has them.
pub(super) fn show_pair([down, across]: [usize; 2]) -> String {
    if down == across {
        down.to_string()
    } else {
        format!("[{down}, {across}]")
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
