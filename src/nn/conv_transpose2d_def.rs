//! What a recipe may say of a transposed convolution.

use super::convolution_def::{self as def, Settings};
use super::def::{LayerDef, Lowered, show_shape};
use runner_declare::{Chosen, KeyPath, Presence, Problem, Section};

/// `conv_transpose2d`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "conv_transpose2d",
        doc: "Transposed convolution: makes an image, channels×height×width, larger (torch.nn.ConvTranspose2d).",
        fields: &[
            def::OUT_CHANNELS,
            def::KERNEL_SIZE,
            def::integer(
                "stride",
                "Pixels coming out from one pixel going in to the next.",
                1,
                def::LARGEST,
                Presence::Default("1"),
            ),
            def::integer(
                "padding",
                "Pixels that are cut off each side of what comes out.",
                0,
                def::LARGEST,
                Presence::Default("0"),
            ),
            def::integer(
                "output_padding",
                "Rows and columns more at the end of what comes out; less than stride or dilation.",
                0,
                def::LARGEST,
                Presence::Default("0"),
            ),
            def::DILATION,
            def::GROUPS,
            def::BIAS,
        ],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let settings = Settings::read(&DEF, layer, input)?;
    let [_, height, width] = settings.input;
    let [kernel, stride, padding, dilation] = settings.moves;
    let extra = DEF.number(layer, "output_padding") as usize;
    if extra >= stride.max(dilation) {
        let message = format!("output_padding {extra} must be less than stride {stride} or dilation {dilation}");
        return Err(vec![Problem::new(KeyPath::from("output_padding"), message)]);
    }
    let spread = |size: usize| {
        (size - 1)
            .saturating_mul(stride)
            .saturating_add(dilation * (kernel - 1) + extra + 1)
            .checked_sub(2 * padding)
            .filter(|&size| size > 0)
    };
    let Some((rows, columns)) = spread(height).zip(spread(width)) else {
        let message = format!(
            "padding {padding} cuts off all that {} become",
            show_shape(&[height, width])
        );
        return Err(vec![
            Problem::new(KeyPath::from("padding"), message).help("make it smaller"),
        ]);
    };
    let places = height.saturating_mul(width);
    Ok(settings.lowered(
        &layer.name,
        "conv_transpose2d::ConvTranspose2d",
        [rows, columns],
        places,
    ))
}
