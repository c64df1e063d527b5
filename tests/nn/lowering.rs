//! What layers of a recipe become: shapes, types, hyperparameters; and what is said of wrong ones.

use runner::declare::{Chosen, Problem};
use runner::nn::{Lowered, TypeExpr, lower_layers};
use serde_json::{Value, json};

/// Layers as a validated recipe hands them over: `["relu", {"linear": {"out_features": 3}}]`.
fn layers(list: &Value) -> Vec<Chosen> {
    let one = |layer: &Value| match layer {
        Value::String(name) => json!({"name": name}),
        Value::Object(map) => {
            let (name, settings) = map.iter().next().expect("a layer has a name");
            let mut settings = settings.clone();
            for key in ["layers", "shortcut"] {
                if let Some(nested) = settings.get_mut(key) {
                    *nested = serde_json::to_value(layers(nested)).expect("layers are JSON");
                }
            }
            if let Some(Value::Array(branches)) = settings.get_mut("branches") {
                for branch in branches {
                    *branch = serde_json::to_value(layers(branch)).expect("layers are JSON");
                }
            }
            json!({"name": name, "settings": settings})
        }
        other => panic!("{other} is no layer"),
    };
    let list = list.as_array().expect("layers are a list");
    list.iter()
        .map(|layer| serde_json::from_value(one(layer)).expect("a layer"))
        .collect()
}

fn lower(list: &Value, input: &[usize]) -> Vec<Lowered> {
    lower_layers(&layers(list), input).expect("the layers fit")
}

fn problems(list: &Value, input: &[usize]) -> Vec<String> {
    let shown = |problem: Problem| {
        let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}: {}{help}", problem.path, problem.message)
    };
    let problems = lower_layers(&layers(list), input).expect_err("the layers do not fit");
    problems.into_iter().map(shown).collect()
}

fn linear(width: usize) -> Value {
    json!({"linear": {"out_features": width}})
}

#[test]
fn a_perceptron() {
    let lowered = lower(
        &json!([linear(512), "relu", {"dropout": {"p": 0.2}}, linear(10)]),
        &[784],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(
        types,
        [
            "linear::Linear<784, 512, linear::WithBias, relu::ReLU>",
            "dropout::Dropout<Rank1<512>>",
            "linear::Linear<512, 10, linear::WithBias, linear::Identity>",
        ]
    );
    assert_eq!(lowered[0].names, ["linear", "relu"]);
    assert_eq!(lowered[0].parameters, 784 * 512 + 512);
    assert_eq!(lowered[0].flops, 2 * 784 * 512 + 512);
    assert_eq!(lowered[1].hyperparameters, [0.2]);
    assert_eq!(lowered[2].output, [10]);
    assert!(lowered.iter().all(|layer| layer.note.is_none()));
}

#[test]
fn every_fusible_activation_joins_and_others_do_not() {
    for (activation, joined) in [
        (json!("relu"), "relu::ReLU"),
        (json!("sigmoid"), "sigmoid::Sigmoid"),
        (json!("tanh"), "tanh::Tanh"),
        (json!({"leaky_relu": {"negative_slope": 0.2}}), "leaky_relu::LeakyReLU"),
        (json!({"elu": {"alpha": 0.5}}), "elu::Elu"),
        (json!("selu"), "elu::Selu"),
        (json!("celu"), "elu::Celu"),
        (json!("softsign"), "softplus::Softsign"),
        (json!("hardtanh"), "hardtanh::Hardtanh"),
        (json!("relu6"), "hardtanh::ReLU6"),
        (json!("hardsigmoid"), "hardtanh::Hardsigmoid"),
    ] {
        let lowered = lower(&json!([linear(3), activation, activation]), &[4]);
        assert_eq!(
            lowered[0].ty.to_string(),
            format!("linear::Linear<4, 3, linear::WithBias, {joined}>")
        );
        assert_eq!(
            lowered[1].ty.to_string(),
            format!("activation::Activate<Rank1<3>, {joined}>")
        );
        assert_eq!(lowered[0].hyperparameters, lowered[1].hyperparameters);
    }
    for other in [
        "gelu",
        "silu",
        "mish",
        "hardswish",
        "softplus",
        "log_sigmoid",
        "tanhshrink",
        "prelu",
        "softmax",
        "log_softmax",
        "dropout",
        "batch_norm",
        "layer_norm",
        "flatten",
    ] {
        assert_eq!(lower(&json!([linear(3), other]), &[4]).len(), 2, "{other}");
    }
}

#[test]
fn settings_and_their_defaults() {
    let lowered = lower(
        &json!([
            {"linear": {"out_features": 6, "bias": false}},
            {"gelu": {"approximate": "tanh"}},
            "gelu", "leaky_relu", "dropout", "batch_norm", "layer_norm",
        ]),
        &[4],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(types[0], "linear::Linear<4, 6, linear::NoBias, linear::Identity>");
    assert_eq!(lowered[0].parameters, 24);
    assert_eq!(types[1], "activation::Activate<Rank1<6>, gelu::GeluTanh>");
    assert_eq!(types[2], "activation::Activate<Rank1<6>, gelu::Gelu>");
    let hyperparameters: Vec<&[f64]> = lowered[3..].iter().map(|l| l.hyperparameters.as_slice()).collect();
    assert_eq!(hyperparameters, [&[0.01][..], &[0.5], &[1e-5, 0.1], &[1e-5]]);
    assert_eq!((lowered[5].parameters, lowered[6].parameters), (12, 12));
}

#[test]
fn images() {
    let lowered = lower(
        &json!(["batch_norm", "relu", "layer_norm", "flatten", linear(10)]),
        &[3, 8, 8],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(types[0], "batch_norm::BatchNorm<Rank3<3, 8, 8>, relu::ReLU>");
    assert_eq!(types[2], "flatten::Flatten<Rank3<3, 8, 8>, 192>");
    assert_eq!((lowered[0].parameters, lowered[1].parameters), (6, 384));
    assert_eq!(lowered[3].output, [10]);
}

#[test]
fn sequences_are_normalized_over_their_steps() {
    let lowered = lower(&json!(["batch_norm", "relu"]), &[5, 6]);
    assert_eq!(
        lowered[0].ty.to_string(),
        "per_step::PerStep<5, batch_norm::BatchNorm<Rank1<6>, relu::ReLU>>"
    );
    assert_eq!((lowered[0].output.as_slice(), lowered[0].parameters), (&[5, 6][..], 12));
}

#[test]
fn a_linear_layer_that_comes_first_reads_images_flat_and_says_so() {
    let lowered = lower(&json!([linear(10)]), &[1, 28, 28]);
    assert_eq!(
        lowered[0].ty.to_string(),
        "linear::Linear<784, 10, linear::WithBias, linear::Identity>"
    );
    let note = lowered[0].note.as_deref();
    assert_eq!(note, Some("each 1×28×28 sample is read as 784 features"));
    assert_eq!(
        problems(&json!(["relu", linear(10)]), &[1, 28, 28]),
        ["1.linear: linear expects a flat input, got 1×28×28; add 'flatten' before it"]
    );
}

#[test]
fn convolutions() {
    let lowered = lower(
        &json!([
            {"conv2d": {"out_channels": 32, "kernel_size": 3}}, "relu",
            {"conv2d": {"out_channels": 6, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "groups": 2,
                "bias": false}},
            {"conv_transpose2d": {"out_channels": 4, "kernel_size": 3, "stride": 2, "output_padding": 1}}, "tanh",
        ]),
        &[1, 28, 28],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(
        types,
        [
            "conv2d::Conv2d<Rank3<1, 28, 28>, Rank3<32, 26, 26>, convolution::Taps<3, 1, 0, 1>, 1, \
             linear::WithBias, relu::ReLU>",
            "conv2d::Conv2d<Rank3<32, 26, 26>, Rank3<6, 12, 12>, convolution::Taps<3, 2, 1, 2>, 2, \
             linear::NoBias, linear::Identity>",
            "conv_transpose2d::ConvTranspose2d<Rank3<6, 12, 12>, Rank3<4, 26, 26>, convolution::Taps<3, 2, 0, 1>, 1, \
             linear::WithBias, tanh::Tanh>",
        ]
    );
    assert_eq!(lowered[0].names, ["conv2d", "relu"]);
    let parameters: Vec<usize> = lowered.iter().map(|layer| layer.parameters).collect();
    assert_eq!(parameters, [32 * 9 + 32, 6 * 16 * 9, 6 * 4 * 9 + 4]);
    assert_eq!(lowered[0].flops, 2 * 32 * 9 * 26 * 26 + 32 * 26 * 26);
    assert_eq!(lowered[2].output, [4, 26, 26]);
}

#[test]
fn kernels_that_are_no_squares() {
    let lowered = lower(
        &json!([
            {"conv2d": {"out_channels": 4, "kernel_size": [3, 5], "stride": [1, 2], "padding": [1, 2]}},
            {"conv2d": {"out_channels": 4, "kernel_size": [3, 3], "padding": 1}},
            {"conv_transpose2d": {"out_channels": 2, "kernel_size": 2, "stride": [2, 1], "output_padding": [1, 0]}},
        ]),
        &[1, 6, 9],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(
        types,
        [
            "conv2d::Conv2d<Rank3<1, 6, 9>, Rank3<4, 6, 5>, \
             convolution::Rectangle<convolution::Taps<3, 1, 1, 1>, convolution::Taps<5, 2, 2, 1>>, 1, \
             linear::WithBias, linear::Identity>",
            "conv2d::Conv2d<Rank3<4, 6, 5>, Rank3<4, 6, 5>, convolution::Taps<3, 1, 1, 1>, 1, \
             linear::WithBias, linear::Identity>",
            "conv_transpose2d::ConvTranspose2d<Rank3<4, 6, 5>, Rank3<2, 13, 6>, \
             convolution::Rectangle<convolution::Taps<2, 2, 0, 1>, convolution::Taps<2, 1, 0, 1>>, 1, \
             linear::WithBias, linear::Identity>",
        ]
    );
    assert_eq!((lowered[0].parameters, lowered[0].flops), (4 * 15 + 4, 2 * 4 * 15 * 30));
    assert_eq!(
        problems(
            &json!([{"conv2d": {"out_channels": 8, "kernel_size": [1, 5], "padding": [1, 0]}}]),
            &[1, 8, 4]
        ),
        [
            "0.conv2d.kernel_size: a kernel that spans 1×5 does not fit 8×4; make it smaller, or 'padding' larger than [1, 0]"
        ]
    );
    assert_eq!(
        problems(
            &json!([{"conv_transpose2d": {"out_channels": 8, "kernel_size": 1, "padding": [0, 4]}}]),
            &[3, 8, 8]
        ),
        ["0.conv_transpose2d.padding: padding [0, 4] cuts off all that 8×8 become; make it smaller"]
    );
    assert_eq!(
        problems(
            &json!([{"conv_transpose2d": {"out_channels": 8, "kernel_size": 3, "stride": [1, 2], "output_padding": 1}}]),
            &[3, 8, 8]
        ),
        ["0.conv_transpose2d.output_padding: output_padding 1 must be less than stride 1 or dilation 1"]
    );
}

#[test]
fn series() {
    let lowered = lower(
        &json!([
            {"conv1d": {"out_channels": 32, "kernel_size": 5, "padding": 2}}, "batch_norm", "relu",
            {"conv1d": {"out_channels": 6, "kernel_size": 3, "stride": 2, "dilation": 2, "groups": 2, "bias": false}}, "tanh",
        ]),
        &[100, 8],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(
        types,
        [
            "conv1d::Conv1d<100, 8, 100, 32, convolution::Taps<5, 1, 2, 1>, 1, linear::WithBias, linear::Identity>",
            "per_step::PerStep<100, batch_norm::BatchNorm<Rank1<32>, relu::ReLU>>",
            "conv1d::Conv1d<100, 32, 48, 6, convolution::Taps<3, 2, 0, 2>, 2, linear::NoBias, tanh::Tanh>",
        ]
    );
    let parameters: Vec<usize> = lowered.iter().map(|layer| layer.parameters).collect();
    assert_eq!(parameters, [32 * 8 * 5 + 32, 64, 6 * 16 * 3]);
    assert_eq!(lowered[0].flops, 2 * 32 * 8 * 5 * 100);
    assert_eq!(lowered[2].output, [48, 6]);
}

#[test]
fn series_that_do_not_fit() {
    let conv = |settings: Value| json!([{"conv1d": settings}]);
    let plain = json!({"out_channels": 8, "kernel_size": 5});
    assert_eq!(
        problems(&conv(plain.clone()), &[4, 3]),
        [
            "0.conv1d.kernel_size: a kernel that spans 5 steps does not fit a series of 4; make it smaller or give 'padding'"
        ]
    );
    assert_eq!(
        problems(
            &conv(json!({"out_channels": 8, "kernel_size": 5, "dilation": 2, "padding": 2})),
            &[4, 3]
        ),
        [
            "0.conv1d.kernel_size: a kernel that spans 9 steps does not fit a series of 4; \
          make it smaller, or 'padding' larger than 2"
        ]
    );
    assert_eq!(
        problems(
            &conv(json!({"out_channels": 9, "kernel_size": 1, "groups": 2})),
            &[5, 3]
        ),
        [
            "0.conv1d.groups: 2 groups do not divide the 3 channels going in; divisors of 3: 1, 3",
            "0.conv1d.groups: 2 groups do not divide the 9 out_channels; divisors of 9: 1, 3, 9",
        ]
    );
    assert_eq!(
        problems(&conv(plain.clone()), &[64]),
        ["0.conv1d: conv1d expects a series (steps×features), got 64; \
          an 'embedding' makes one of a row of ids, of numbers 'reshape' does, such as reshape: [64, 1]"]
    );
    assert_eq!(
        problems(&conv(plain.clone()), &[1, 8, 6]),
        ["0.conv1d: conv1d expects a series (steps×features), got 1×8×6; \
          read each row of the image as a step: reshape: [8, 6]"]
    );
    assert_eq!(
        problems(&conv(plain), &[3, 8, 6]),
        ["0.conv1d: conv1d expects a series (steps×features), got 3×8×6"]
    );
}

#[test]
fn convolutions_that_do_not_fit() {
    let conv = |settings: Value| json!([{"conv2d": settings}]);
    assert_eq!(
        problems(&conv(json!({"out_channels": 8, "kernel_size": 3})), &[784]),
        ["0.conv2d: conv2d expects an image (channels×height×width), got 784; \
          put it before 'flatten' and 'linear', or make an image first, such as reshape: [1, 28, 28]"]
    );
    assert_eq!(
        problems(
            &conv(json!({"out_channels": 8, "kernel_size": 5, "dilation": 2})),
            &[1, 8, 28]
        ),
        ["0.conv2d.kernel_size: a kernel that spans 9×9 does not fit 8×28; make it smaller or give 'padding'"]
    );
    assert_eq!(
        problems(
            &conv(json!({"out_channels": 8, "kernel_size": 1024, "padding": 1, "dilation": 1024})),
            &[1, 8, 8]
        ),
        [
            "0.conv2d.kernel_size: a kernel that spans 1047553×1047553 does not fit 8×8; \
          make it smaller, or 'padding' larger than 1"
        ]
    );
    assert_eq!(
        problems(
            &conv(json!({"out_channels": 9, "kernel_size": 1, "groups": 2})),
            &[3, 8, 8]
        ),
        [
            "0.conv2d.groups: 2 groups do not divide the 3 channels going in; divisors of 3: 1, 3",
            "0.conv2d.groups: 2 groups do not divide the 9 out_channels; divisors of 9: 1, 3, 9",
        ]
    );
    let up = |settings: Value| json!([{"conv_transpose2d": settings}]);
    assert_eq!(
        problems(
            &up(json!({"out_channels": 8, "kernel_size": 3, "stride": 2, "output_padding": 2})),
            &[3, 8, 8]
        ),
        ["0.conv_transpose2d.output_padding: output_padding 2 must be less than stride 2 or dilation 1"]
    );
    assert_eq!(
        problems(
            &up(json!({"out_channels": 8, "kernel_size": 1, "padding": 4})),
            &[3, 8, 8]
        ),
        ["0.conv_transpose2d.padding: padding 4 cuts off all that 8×8 become; make it smaller"]
    );
}

#[test]
fn residual_blocks() {
    let block = json!([{"residual": {"layers": [linear(8), "relu", linear(4)]}}]);
    let lowered = lower(&block, &[4]);
    assert_eq!(
        lowered[0].ty.to_string(),
        "residual::Residual<chain::Chain<linear::Linear<4, 8, linear::WithBias, relu::ReLU>, \
         linear::Linear<8, 4, linear::WithBias, linear::Identity>>, residual::Skip<Rank1<4>>, activation::Identity>"
    );
    let followed = lower(&json!([{"residual": {"layers": [linear(4)]}}, "relu", "relu"]), &[4]);
    assert!(
        followed[0]
            .ty
            .to_string()
            .ends_with("residual::Skip<Rank1<4>>, relu::ReLU>")
    );
    assert_eq!(
        (followed.len(), followed[0].names.join(" + ").as_str()),
        (2, "residual + relu")
    );
    assert_eq!(lowered[0].parameters, 4 * 8 + 8 + 8 * 4 + 4);
    let projected = json!([{"residual": {"layers": [linear(8)], "shortcut": [linear(8)]}}]);
    assert_eq!(lower(&projected, &[4])[0].output, [8]);
}

#[test]
fn residual_blocks_that_do_not_meet() {
    let block = |layers: Value, shortcut: Value| json!([{"residual": {"layers": layers, "shortcut": shortcut}}]);
    assert_eq!(
        problems(&block(json!([linear(64)]), json!([])), &[128]),
        ["0.residual.layers: the residual branch gives 64, its input is 128; \
          make the last layer 128 wide or give a 'shortcut'"]
    );
    assert_eq!(
        problems(&block(json!([linear(64)]), json!([linear(32)])), &[128]),
        [
            "0.residual.shortcut: the residual branch gives 64, the shortcut gives 32; \
          their sum needs the same shape from both"
        ]
    );
    assert_eq!(
        problems(&block(json!(["flatten"]), json!([])), &[1, 2, 3]),
        ["0.residual.layers: the residual branch gives 6, its input is 1×2×3; \
          make the branch end with 1×2×3 or give a 'shortcut'"]
    );
    assert_eq!(
        problems(&block(json!([]), json!([])), &[4]),
        ["0.residual.layers: a residual block needs at least one layer"]
    );
    // Nothing is flattened unasked inside a block, and all that is wrong is reported at once.
    assert_eq!(
        problems(
            &block(json!([linear(4)]), json!(["flatten", "relu", "softmin"])),
            &[1, 2, 2]
        ),
        [
            "0.residual.layers.0.linear: linear expects a flat input, got 1×2×2; add 'flatten' before it",
            "0.residual.shortcut.2.softmin: unknown layer \"softmin\"",
        ]
    );
}

#[test]
fn parallel_branches() {
    let branches = json!([{"parallel": {"branches": [[linear(8), "relu"], [linear(4)], ["dropout"]]}}]);
    let lowered = lower(&branches, &[5]);
    assert_eq!(
        (lowered[0].output.as_slice(), lowered[0].parameters),
        (&[17][..], 5 * 8 + 8 + 5 * 4 + 4)
    );
    assert_eq!(
        lowered[0].ty.to_string(),
        "parallel::Parallel<linear::Linear<5, 8, linear::WithBias, relu::ReLU>, \
         parallel::Parallel<linear::Linear<5, 4, linear::WithBias, linear::Identity>, dropout::Dropout<Rank1<5>>, \
         parallel::Concat<Rank1<9>, 4, 5>, 1, 1>, parallel::Concat<Rank1<17>, 8, 9>, 0, 2>"
    );
    assert_eq!(lowered[0].hyperparameters, [0.5]);
    // Channels of images, features of steps.
    let shape = |layers: Value, input: &[usize]| lower(&json!([layers]), input)[0].output.clone();
    assert_eq!(
        shape(json!({"parallel": {"branches": [["relu"], ["tanh"]]}}), &[3, 4, 5]),
        [6, 4, 5]
    );
    assert_eq!(
        shape(json!({"parallel": {"branches": [["relu"], [linear(7)]]}}), &[6, 4]),
        [6, 11]
    );
    assert_eq!(
        shape(
            json!({"parallel": {"branches": [["relu"], ["tanh"]], "join": "sum"}}),
            &[3, 4, 5]
        ),
        [3, 4, 5]
    );
}

#[test]
fn parallel_branches_that_do_not_fit() {
    let pool = json!({"max_pool2d": {"kernel_size": 2}});
    assert_eq!(
        problems(
            &json!([{"parallel": {"branches": [["relu"], [pool], ["relu"]]}}]),
            &[1, 4, 4]
        ),
        [
            "0.parallel.branches.1: the branch gives 1×2×2, but the branch after it 1×4×4; \
          side by side, images need the same height and width, sequences the same steps"
        ]
    );
    assert_eq!(
        problems(
            &json!([{"parallel": {"branches": [[pool], ["relu"], ["relu"]]}}]),
            &[1, 4, 4]
        ),
        [
            "0.parallel.branches.0: the branch gives 1×2×2, but the branches after it 2×4×4; \
          side by side, images need the same height and width, sequences the same steps"
        ]
    );
    assert_eq!(
        problems(
            &json!([{"parallel": {"branches": [["relu"], [linear(3)]], "join": "sum"}}]),
            &[4]
        ),
        ["0.parallel.branches.0: the branch gives 4, but the branch after it 3; \
          a sum needs the same shape from all; 'join: concat' puts them side by side"]
    );
    assert_eq!(
        problems(
            &json!([{"parallel": {"branches": [[linear(3), "softmin"], [], [linear(3)]]}}]),
            &[1, 2, 2]
        ),
        [
            "0.parallel.branches.0.0.linear: linear expects a flat input, got 1×2×2; add 'flatten' before it",
            "0.parallel.branches.0.1.softmin: unknown layer \"softmin\"",
            "0.parallel.branches.1: a branch needs at least one layer; such as '- linear: 10'",
            "0.parallel.branches.2.0.linear: linear expects a flat input, got 1×2×2; add 'flatten' before it",
        ]
    );
    let nest = |depth| {
        (0..depth).fold(
            linear(4),
            |inner, _| json!({"parallel": {"branches": [[inner], [linear(1)]]}}),
        )
    };
    assert_eq!(
        problems(&json!([nest(17)]), &[4]),
        ["0.parallel: blocks lie more than 16 deep inside each other"]
    );
    lower(
        &json!([{"parallel": {"branches": [["relu"], ["relu"]]}}]),
        &[usize::MAX / 4, 1 << 20, 1 << 20],
    );
}

#[test]
fn residual_blocks_lie_only_so_deep() {
    let nest = |depth| (0..depth).fold(linear(4), |inner, _| json!({"residual": {"layers": [inner]}}));
    assert_eq!(lower(&json!([nest(16)]), &[4])[0].parameters, 20);
    for depth in [17, 60] {
        assert_eq!(
            problems(&json!([nest(depth)]), &[4]),
            ["0.residual: blocks lie more than 16 deep inside each other"]
        );
    }
}

#[test]
fn shapes_that_no_layer_takes() {
    for layer in [
        "relu",
        "dropout",
        "batch_norm",
        "layer_norm",
        "flatten",
        "gelu",
        "prelu",
        "mish",
    ] {
        assert_eq!(
            problems(&json!([layer]), &[2, 3, 4, 5]),
            [format!(
                "0.{layer}: {layer} expects features, a sequence (steps×features) or an image (channels×height×width), got 2×3×4×5"
            )]
        );
    }
    assert_eq!(
        problems(&json!(["softmax"]), &[64, 12, 12]),
        ["0.softmax: softmax expects a flat input, got 64×12×12; add 'flatten' before it"]
    );
}

#[test]
fn pooling_and_resizing() {
    let lowered = lower(
        &json!([
            {"max_pool2d": {"kernel_size": 3, "stride": 2, "padding": 1}},
            {"avg_pool2d": {"kernel_size": 2, "count_include_pad": false}},
            {"upsample": {"scale_factor": 3, "mode": "bilinear"}},
            {"max_pool2d": {"kernel_size": 2, "ceil_mode": true}},
            "global_avg_pool",
            {"reshape": {"shape": [2, 4]}},
            "layer_norm",
        ]),
        &[8, 10, 12],
    );
    let types: Vec<String> = lowered.iter().map(|layer| layer.ty.to_string()).collect();
    assert_eq!(
        types,
        [
            "max_pool2d::MaxPool2d<8, 10, 12, 5, 6, 3, 2, 1, 1>",
            "avg_pool2d::AvgPool2d<8, 5, 6, 2, 3, 2, 2, 0>",
            "upsample::Upsample<8, 2, 3, 6, 9, upsample::Bilinear>",
            "max_pool2d::MaxPool2d<8, 6, 9, 3, 5, 2, 2, 0, 1>",
            "global_avg_pool::GlobalAvgPool<8, 3, 5>",
            "reshape::Reshape<Rank1<8>, Rank2<2, 4>>",
            "layer_norm::LayerNorm<Rank2<2, 4>>",
        ]
    );
    assert_eq!(lowered[1].hyperparameters, [0.0]);
    assert_eq!(lowered[6].parameters, 8);
}

#[test]
fn windows_and_shapes_that_do_not_fit() {
    let image: &[usize] = &[3, 4, 6];
    for (layer, input, said) in [
        (
            json!({"max_pool2d": {"kernel_size": 5}}),
            image,
            "max_pool2d.kernel_size: windows of 5×5 do not fit 4×6; make them smaller, or pool less before",
        ),
        (
            json!({"max_pool2d": {"kernel_size": 3, "dilation": 1000, "padding": 1}}),
            image,
            "max_pool2d.kernel_size: windows of 2001×2001 do not fit 4×6 with padding 1; make them smaller, or pool \
             less before",
        ),
        (
            // Every place of the only window would lie in the padding.
            json!({"max_pool2d": {"kernel_size": 2, "dilation": 2, "padding": 1}}),
            &[3, 1, 1],
            "max_pool2d.kernel_size: windows of 3×3 do not fit 1×1 with padding 1; make them smaller, or pool less \
             before",
        ),
        (
            json!({"avg_pool2d": {"kernel_size": 3, "padding": 2}}),
            image,
            "avg_pool2d.padding: padding 2 is more than half of kernel_size 3; windows would lie in the padding alone",
        ),
        (
            json!({"avg_pool2d": {"kernel_size": 2}}),
            &[64],
            "avg_pool2d: avg_pool2d expects an image (channels×height×width), got 64; add 'reshape' before it, such \
             as reshape: [1, 8, 8]",
        ),
        (
            json!("global_avg_pool"),
            &[5, 6],
            "global_avg_pool: global_avg_pool expects an image (channels×height×width), got 5×6",
        ),
        (
            json!({"upsample": {"scale_factor": 2, "align_corners": true}}),
            image,
            "upsample.align_corners: only mode bilinear has corners to align; leave it out, or set mode: bilinear",
        ),
        (
            json!({"reshape": {"shape": [3, 5]}}),
            image,
            "reshape.shape: 3×4×6 has 72 numbers, 3×5 has 15; the sizes' product must stay the same",
        ),
        (
            json!({"prelu": {"num_parameters": 4}}),
            image,
            "prelu.num_parameters: 4 slopes for 3×4×6; give 1 or 3",
        ),
        (
            json!({"hardtanh": {"min_val": 2.0}}),
            image,
            "hardtanh.max_val: max_val 1 is not above min_val 2",
        ),
    ] {
        assert_eq!(problems(&json!([layer]), input), [format!("0.{said}")]);
    }
}

#[test]
fn sizes_beyond_all_bounds_are_no_panic() {
    let huge = [1 << 24, 1 << 24, 1 << 24];
    for layer in [
        json!({"upsample": {"scale_factor": 64}}),
        json!("global_avg_pool"),
        json!({"max_pool2d": {"kernel_size": 2}}),
        json!("prelu"),
        json!("batch_norm"),
        json!("layer_norm"),
        json!({"residual": {"layers": ["relu", "batch_norm"]}}),
    ] {
        lower(&json!([layer]), &huge);
    }
    assert_eq!(problems(&json!([{"reshape": {"shape": [1]}}]), &huge).len(), 1);
}

#[test]
fn what_lies_behind_a_layer_that_does_not_fit_is_told_too() {
    let misfit = json!({"residual": {"layers": [linear(5)]}});
    assert_eq!(
        problems(&json!(["relu", linear(8), misfit, "relu", misfit]), &[1, 2, 2]),
        [
            "1.linear: linear expects a flat input, got 1×2×2; add 'flatten' before it",
            "2.residual.layers: the residual branch gives 5, its input is 8; \
             make the last layer 8 wide or give a 'shortcut'",
            "4.residual.layers: the residual branch gives 5, its input is 8; \
             make the last layer 8 wide or give a 'shortcut'",
        ]
    );
}

#[test]
fn long_networks_make_shallow_types() {
    let names = ["A"; 1000].map(TypeExpr::plain).to_vec();
    let text = TypeExpr::chain(names).expect("there are layers").to_string();
    let depth = text.chars().scan(0, |depth, c| {
        *depth += i32::from(c == '<') - i32::from(c == '>');
        Some(*depth)
    });
    assert_eq!(depth.max(), Some(10));
    assert_eq!(TypeExpr::chain(vec![]), None);
}

#[test]
fn sizes_may_be_written_as_pytorch_takes_them() {
    let same = |theirs: Value, ours: Value, input: &[usize]| {
        let [theirs, ours] = [theirs, ours].map(|list| {
            let lowered = lower(&list, input);
            lowered
                .into_iter()
                .map(|layer| (layer.ty.to_string(), layer.output))
                .collect::<Vec<_>>()
        });
        assert_eq!(theirs, ours);
    };
    same(
        json!([{"conv2d": {"out_channels": 4, "kernel_size": [3, 5], "padding": "same", "dilation": 2}}]),
        json!([{"conv2d": {"out_channels": 4, "kernel_size": [3, 5], "padding": [2, 4], "dilation": 2}}]),
        &[1, 9, 9],
    );
    same(
        json!([{"conv2d": {"out_channels": 4, "kernel_size": 3, "padding": "valid", "stride": 2}}]),
        json!([{"conv2d": {"out_channels": 4, "kernel_size": 3, "stride": 2}}]),
        &[1, 9, 9],
    );
    // A kernel of 2 spans 3 steps with holes in it.
    same(
        json!([{"conv1d": {"out_channels": 4, "kernel_size": 2, "dilation": 2, "padding": "same"}}]),
        json!([{"conv1d": {"out_channels": 4, "kernel_size": 2, "dilation": 2, "padding": 1}}]),
        &[9, 3],
    );
    for pool in ["max_pool2d", "avg_pool2d"] {
        same(
            json!([{pool: {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1]}}]),
            json!([{pool: {"kernel_size": 3, "stride": 2, "padding": 1}}]),
            &[1, 9, 9],
        );
    }
    for (layer, told) in [
        (
            json!({"conv2d": {"out_channels": 4, "kernel_size": 3, "padding": "same", "stride": [1, 2]}}),
            "0.conv2d.padding: padding 'same' needs stride 1, not 2; give 'padding' as a number: half of kernel_size, \
             rounded down, divides the size by the stride",
        ),
        (
            json!({"conv2d": {"out_channels": 4, "kernel_size": [3, 4], "padding": "same"}}),
            "0.conv2d.padding: padding 'same' is not the same on both sides of a kernel that spans 4; \
             make kernel_size odd, or give 'padding' as a number",
        ),
        (
            json!({"max_pool2d": {"kernel_size": [2, 3]}}),
            "0.max_pool2d.kernel_size: max_pool2d takes square windows, and [2, 3] is not the same for both axes; \
             write one number, such as 3",
        ),
    ] {
        assert_eq!(problems(&json!([layer]), &[1, 9, 9]), [told]);
    }
}
