//! What pooling layers share: how many windows there are, what wrong ones are told, and the reference's way to
//! pick numbers.

use dfdx::prelude::*;

use super::def::{self, LayerDef};
use super::shape::{Batch, SampleShape};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem};
use runner_kernel::window::Window;

/// The greatest window: a place in it fits in a byte.
const LARGEST: i64 = 16;

const SIDE: Kind = Kind::Integer { min: 1, max: LARGEST };
const STEP: Kind = Kind::Integer { min: 1, max: 1 << 10 };
const MARGIN: Kind = Kind::Integer {
    min: 0,
    max: LARGEST / 2,
};
/// Steps within windows and from one to the next.
pub(super) const STEPS: Kind = Kind::Either(&[STEP, twice(&STEP)]);

const MARGINS: Kind = Kind::Either(&[MARGIN, twice(&MARGIN)]);

/// As PyTorch takes sizes: one for each axis. Windows are square, so both are the same.
const fn twice(of: &'static Kind) -> Kind {
    Kind::List { of, min: 2, max: 2 }
}

pub(super) const KERNEL_SIZE: Field = Field {
    key: "kernel_size",
    doc: "Height and width of the window: one number, or that number twice.",
    kind: Kind::Either(&[SIDE, twice(&SIDE)]),
    presence: Presence::Required,
};

pub(super) const STRIDE: Field = Field {
    key: "stride",
    doc: "Steps from one window to the next; by default kernel_size, so that they lie side by side.",
    kind: STEPS,
    presence: Presence::Optional,
};

pub(super) const fn padding(doc: &'static str) -> Field {
    Field {
        key: "padding",
        doc,
        kind: MARGINS,
        presence: Presence::Default("0"),
    }
}

/// Whether the last window may be cut off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Only whole windows count.
    Floor,
    /// The last window may be cut off at the end.
    Ceil,
}

/// Channels, height and width of an image.
pub(super) fn image_input(name: &str, input: &[usize]) -> Result<[usize; 3], Vec<Problem>> {
    def::image_input(name, input, |image| {
        format!("add 'reshape' before it, such as reshape: {image:?}")
    })
}

/// The windows that the settings ask for.
pub(super) fn window(def: &LayerDef, layer: &Chosen, input: [usize; 3], ends: Ends) -> Result<Window, Vec<Problem>> {
    let size = |key: &str, otherwise: usize| match (layer.settings.get(key), def.pair(layer, key)) {
        (None, _) => Ok(otherwise),
        (Some(_), [down, across]) if down == across => Ok(down),
        (Some(_), pair) => {
            let message = format!(
                "{} takes square windows, and {pair:?} is not the same for both axes",
                layer.name
            );
            let help = format!("write one number, such as {}", pair[0].max(pair[1]));
            Err(vec![Problem::new(KeyPath::from(key), message).help(help)])
        }
    };
    let kernel = size("kernel_size", 1)?;
    let dilation = size("dilation", 1)?;
    let padding = size("padding", 0)?;
    if padding > kernel / 2 {
        let message = format!("padding {padding} is more than half of kernel_size {kernel}");
        let help = "windows would lie in the padding alone";
        return Err(vec![Problem::new(KeyPath::from("padding"), message).help(help)]);
    }
    let stride = size("stride", kernel)?;
    let reach = dilation.saturating_mul(kernel - 1).saturating_add(1);
    let [_, height, width] = input;
    let outputs = |size: usize| {
        let room = size.saturating_add(2 * padding).checked_sub(reach)?;
        let whole = room / stride + 1;
        // As PyTorch: a last window that would start in the padding is left out.
        let cut = ends == Ends::Ceil && !room.is_multiple_of(stride) && whole * stride < size + padding;
        Some(whole + usize::from(cut))
    };
    let window = outputs(height).zip(outputs(width)).map(|(high, wide)| Window {
        input: [height, width],
        output: [high, wide],
        kernel,
        stride,
        padding,
        dilation,
    });
    window.filter(|window| window.fits()).ok_or_else(|| {
        let padded = if padding > 0 {
            format!(" with padding {padding}")
        } else {
            String::new()
        };
        let message = format!("windows of {reach}×{reach} do not fit {height}×{width}{padded}");
        vec![Problem::new(KeyPath::from("kernel_size"), message).help("make them smaller, or pool less before")]
    })
}

/// A matrix whose sizes are known when it runs.
pub(super) type Flat<D, T> = Tensor<(usize, usize), f32, D, T>;

/// Numbers of a batch by their places in a sample, transposed: `[places, batch]`.
pub(super) fn transposed<S: SampleShape, D: Device<f32>, T: Tape<f32, D>>(
    x: Batch<S, D, T>,
    batch: usize,
) -> Result<Flat<D, T>, D::Err> {
    x.try_reshape_like(&(batch, S::NUMEL))?.try_permute::<_, Axes2<1, 0>>()
}
