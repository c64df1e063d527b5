//! What a recipe may say of a transposed convolution.

use super::convolution_def::{self as def, Settings, reach, show_pair};
use super::def::{LayerDef, Lowered, show_shape};
use runner_declare::{Chosen, Field, KeyPath, Presence, Problem, Section};

/// `conv_transpose2d`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "conv_transpose2d",
        doc: "Transposed convolution: makes an image, channels×height×width, larger (torch.nn.ConvTranspose2d).",
        fields: &[
            def::OUT_CHANNELS,
            def::KERNEL_SIZE,
            Field {
                key: "stride",
                doc: "Pixels coming out from one pixel going in to the next, or [down, across].",
                kind: def::SIZES,
                presence: Presence::Default("1"),
            },
            Field {
                key: "padding",
                doc: "Pixels that are cut off each side of what comes out, or [above and below, left and right].",
                kind: def::MARGINS,
                presence: Presence::Default("0"),
            },
            Field {
                key: "output_padding",
                doc: "Rows and columns more at the end of what comes out, or [rows, columns]; less than stride or dilation.",
                kind: def::MARGINS,
                presence: Presence::Default("0"),
            },
            def::DILATION,
            def::GROUPS,
            def::BIAS,
        ],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let settings = Settings::read(&DEF, layer, def::image(layer, input)?)?;
    let [_, height, width] = settings.input;
    let extra = DEF.pair(layer, "output_padding");
    for ([_, stride, _, dilation], extra) in settings.moves.into_iter().zip(extra) {
        if extra >= stride.max(dilation) {
            let message = format!("output_padding {extra} must be less than stride {stride} or dilation {dilation}");
            return Err(vec![Problem::new(KeyPath::from("output_padding"), message)]);
        }
    }
    let spread = |size: usize, axis: usize| {
        let [_, stride, padding, _] = settings.moves[axis];
        (size - 1)
            .saturating_mul(stride)
            .saturating_add(reach(settings.moves[axis]) + extra[axis])
            .checked_sub(2 * padding)
            .filter(|&size| size > 0)
    };
    let Some((rows, columns)) = spread(height, 0).zip(spread(width, 1)) else {
        let message = format!(
            "padding {} cuts off all that {} become",
            show_pair(settings.moves.map(|[_, _, padding, _]| padding)),
            show_shape(&[height, width])
        );
        return Err(vec![
            Problem::new(KeyPath::from("padding"), message).help("make it smaller"),
        ]);
    };
    let places = height.saturating_mul(width);
    let output = [settings.outputs, rows, columns];
    Ok(settings.lowered(
        &layer.name,
        "conv_transpose2d::ConvTranspose2d",
        settings.images(output),
        &output,
        places,
    ))
}
