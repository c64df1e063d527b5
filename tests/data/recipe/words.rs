//! Words that people bring from other tools: PyTorch's own are taken where they mean the same, all others are answered with
//! a remedy that is taken when it is followed.

use std::path::Path;

use runner::recipe::{Overrides, Recipe, schema, yaml};

use super::schema::instance;

fn load(text: &str) -> Result<Recipe, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.yaml");
    std::fs::write(&path, text).unwrap();
    let loaded = Recipe::load(runner::catalog::language(), Path::new(&path), &Overrides::default());
    loaded.map_err(|error| error.to_string())
}

/// A recipe in which some lines are others.
fn recipe(lines: &[(&str, &str)]) -> String {
    let mut all = vec![
        ("task", "classification"),
        ("dataset", "{name: image_folder, path: x, size: [8, 8]}"),
        ("network", "[flatten, linear: 2]"),
        ("loss", "cross_entropy"),
        ("optimizer", "adam"),
        ("lr_scheduler", "constant"),
        ("trainer", "{epochs: 2}"),
    ];
    for (key, value) in lines {
        match all.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value,
            None => all.push((key, value)),
        }
    }
    all.iter().map(|(key, value)| format!("{key}: {value}\n")).collect()
}

/// What PyTorch writes, and what it means.
const TAKEN: &[(&str, &str, &str)] = &[
    (
        "network",
        "[Conv2d: {out_channels: 4, kernel_size: [3, 3]}, ReLU, MaxPool2d: 2, Flatten, Linear: 2]",
        "[conv2d: {out_channels: 4, kernel_size: [3, 3]}, relu, max_pool2d: 2, flatten, linear: 2]",
    ),
    (
        "network",
        "[{Conv2d: {out_channels: 4, kernel_size: 3, padding: same}}, BatchNorm2d, {LeakyReLU: 0.1}, {Dropout: 0.2}, flatten, linear: 2]",
        "[{conv2d: {out_channels: 4, kernel_size: 3, padding: same}}, batch_norm, {leaky_relu: 0.1}, {dropout: 0.2}, flatten, linear: 2]",
    ),
    (
        "network",
        "[{MaxPool2d: {kernel_size: [2, 2], stride: [2, 2], padding: [0, 0]}}, AvgPool2d: 2, ConvTranspose2d: {out_channels: 1, kernel_size: 3}, Upsample: 2, flatten, linear: 2]",
        "[{max_pool2d: {kernel_size: [2, 2], stride: [2, 2], padding: [0, 0]}}, avg_pool2d: 2, conv_transpose2d: {out_channels: 1, kernel_size: 3}, upsample: 2, flatten, linear: 2]",
    ),
    (
        "network",
        "[flatten, LayerNorm, GELU, ELU, SELU, CELU, SiLU, Mish, Hardswish, Softplus, Softsign, LogSigmoid, Tanhshrink, Hardtanh, ReLU6, Hardsigmoid, PReLU, Tanh, Sigmoid, Softmax, LogSoftmax, BatchNorm1d, linear: 2]",
        "[flatten, layer_norm, gelu, elu, selu, celu, silu, mish, hardswish, softplus, softsign, log_sigmoid, tanhshrink, hardtanh, relu6, hardsigmoid, prelu, tanh, sigmoid, softmax, log_softmax, batch_norm, linear: 2]",
    ),
    (
        "network",
        "[reshape: [8, 24], RNN: 4, GRU: 4, LSTM: {hidden_size: 4, output: last}, linear: 2]",
        "[reshape: [8, 24], rnn: 4, gru: 4, lstm: {hidden_size: 4, output: last}, linear: 2]",
    ),
    (
        "network",
        "[residual: [ReLU], parallel: [[Flatten], [Flatten, ReLU]], linear: 2]",
        "[residual: [relu], parallel: [[flatten], [flatten, relu]], linear: 2]",
    ),
    ("loss", "CrossEntropyLoss", "cross_entropy"),
    (
        "loss",
        "{name: CrossEntropyLoss, label_smoothing: 0.1}",
        "{name: cross_entropy, label_smoothing: 0.1}",
    ),
    ("loss", "BCEWithLogitsLoss", "binary_cross_entropy"),
    ("loss", "L1Loss", "mae"),
    ("loss", "MSELoss", "mse"),
    ("loss", "HuberLoss", "huber"),
    ("loss", "{huber: 0.5}", "{name: huber, delta: 0.5}"),
    ("loss", "{HuberLoss: {delta: 0.5}}", "{name: huber, delta: 0.5}"),
    ("optimizer", "Adam", "adam"),
    ("optimizer", "{name: AdamW, lr: 1e-3}", "{name: adamw, lr: 1e-3}"),
    (
        "optimizer",
        "{SGD: {lr: 0.1, momentum: 0.9}}",
        "{name: sgd, lr: 0.1, momentum: 0.9}",
    ),
    ("optimizer", "{RMSprop: {}}", "rmsprop"),
    (
        "lr_scheduler",
        "{name: StepLR, step_size: 3}",
        "{name: step, step_size: 3}",
    ),
    ("lr_scheduler", "{step: 3}", "{name: step, step_size: 3}"),
    (
        "lr_scheduler",
        "{MultiStepLR: [3, 4]}",
        "{name: multistep, milestones: [3, 4]}",
    ),
    (
        "lr_scheduler",
        "{name: ExponentialLR, gamma: 0.9}",
        "{name: exponential, gamma: 0.9}",
    ),
    (
        "lr_scheduler",
        "{name: CosineAnnealingLR, T_max: 9, eta_min: 1e-5}",
        "{name: cosine_annealing, t_max: 9, eta_min: 1e-5}",
    ),
    (
        "lr_scheduler",
        "{name: CosineAnnealingWarmRestarts, T_0: 9, T_mult: 2}",
        "{name: cosine_annealing_warm_restarts, t_0: 9, t_mult: 2}",
    ),
    ("lr_scheduler", "ReduceLROnPlateau", "reduce_on_plateau"),
    (
        "dataset",
        "{image_folder: {path: x, size: [8, 8]}}",
        "{name: image_folder, path: x, size: [8, 8]}",
    ),
    ("dataset", "{csv: x.csv}", "{name: csv, path: x.csv}"),
    (
        "dataset",
        "{name: image_folder, path: x, size: [8, 8], augment: [horizontal_flip, random_crop: 1, {rotation: {degrees: 9}}]}",
        "{name: image_folder, path: x, size: [8, 8], augment: [{name: horizontal_flip}, {name: random_crop, padding: 1}, {name: rotation, degrees: 9}]}",
    ),
    (
        "dataset",
        "{name: image_folder, path: x, size: [8, 8], augment: [RandomHorizontalFlip, RandomCrop: 1]}",
        "{name: image_folder, path: x, size: [8, 8], augment: [horizontal_flip, random_crop: 1]}",
    ),
];

#[test]
fn pytorchs_own_words_mean_the_same_here() {
    let schema: serde_json::Value = serde_json::from_str(&schema::json(runner::catalog::language())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (key, theirs, ours) in TAKEN {
        let [theirs, ours] = [theirs, ours].map(|value| recipe(&[(key, value)]));
        let (said, meant) = (load(&theirs), load(&ours));
        let (said, meant) = (said.unwrap_or_else(|error| panic!("{theirs}{error}")), meant.unwrap());
        assert!(said == meant && said.digest() == meant.digest(), "{theirs}");
        for text in [theirs, ours] {
            let value = instance(&yaml::parse(&text).0.unwrap());
            assert!(validator.is_valid(&value), "{text}");
        }
    }
}

/// A line with a word of another tool in the place of `_`, and the word that the answer names.
const ANSWERED: &[(&str, &str, &[&str], &str)] = &[
    (
        "network",
        "[flatten, _: 2]",
        &["dense", "Dense", "fc", "FC", "fully_connected", "LinearLayer", "liner"],
        "linear",
    ),
    (
        "network",
        "[_: {out_channels: 2, kernel_size: 3}, flatten, linear: 2]",
        &[
            "conv",
            "Conv2D",
            "CONV2D",
            "conv_2d",
            "convolution",
            "Convolution2D",
            "conv-2d",
        ],
        "conv2d",
    ),
    (
        "network",
        "[_: {out_channels: 2, kernel_size: 3}, flatten, linear: 2]",
        &["deconv", "Conv2DTranspose", "conv_transpose", "ConvTranspose2D"],
        "conv_transpose2d",
    ),
    (
        "network",
        "[_: 2, flatten, linear: 2]",
        &[
            "maxpool",
            "maxpool2d",
            "max_pool",
            "MaxPooling2D",
            "MaxPool2D",
            "max-pool-2d",
            "pool",
        ],
        "max_pool2d",
    ),
    (
        "network",
        "[_: 2, flatten, linear: 2]",
        &["avgpool", "AveragePooling2D", "avg_pool", "averagepool"],
        "avg_pool2d",
    ),
    (
        "network",
        "[_, linear: 2]",
        &[
            "gap",
            "GlobalAveragePooling2D",
            "AdaptiveAvgPool2d",
            "global_average_pool",
        ],
        "global_avg_pool",
    ),
    (
        "network",
        "[_, flatten, linear: 2]",
        &[
            "batchnorm",
            "BatchNormalization",
            "bn",
            "BatchNorm2D",
            "batch_normalization",
        ],
        "batch_norm",
    ),
    (
        "network",
        "[_, flatten, linear: 2]",
        &["layernorm", "LayerNormalization"],
        "layer_norm",
    ),
    ("network", "[_, flatten, linear: 2]", &["RELU", "Relu", "relu_"], "relu"),
    (
        "network",
        "[_, flatten, linear: 2]",
        &["leakyrelu", "LeakyRelu", "leaky"],
        "leaky_relu",
    ),
    (
        "network",
        "[_, flatten, linear: 2]",
        &["swish", "Swish", "SILU"],
        "silu",
    ),
    (
        "network",
        "[_: 0.1, flatten, linear: 2]",
        &["Dropout2d", "dropout2d", "drop_out", "SpatialDropout2D"],
        "dropout",
    ),
    (
        "network",
        "[_: [192], linear: 2]",
        &["view", "Unflatten", "Reshape"],
        "reshape",
    ),
    (
        "network",
        "[_: 2, flatten, linear: 2]",
        &["UpSampling2D", "upsampling", "Upsampling2d"],
        "upsample",
    ),
    (
        "network",
        "[reshape: [8, 24], _: 4, flatten, linear: 2]",
        &["SimpleRNN", "simple_rnn"],
        "rnn",
    ),
    (
        "network",
        "[_: [relu], flatten, linear: 2]",
        &["skip", "ResBlock", "residual_block", "Residual"],
        "residual",
    ),
    (
        "network",
        "[flatten, _, linear: 2]",
        &["Soft_max", "softmax_layer"],
        "softmax",
    ),
    (
        "network",
        "[flatten, linear: {_: 2}]",
        &["units", "neurons", "output_dim", "hidden", "outFeatures", "nodes"],
        "out_features",
    ),
    (
        "network",
        "[flatten, linear: {out_features: 2, _: false}]",
        &["use_bias", "Bias"],
        "bias",
    ),
    (
        "network",
        "[conv2d: {_: 2, kernel_size: 3}, flatten, linear: 2]",
        &["filters", "outChannels", "out_channel", "num_filters", "channels"],
        "out_channels",
    ),
    (
        "network",
        "[conv2d: {out_channels: 2, _: 3}, flatten, linear: 2]",
        &["kernel", "ksize", "filter_size", "kernelSize", "size"],
        "kernel_size",
    ),
    (
        "network",
        "[conv2d: {out_channels: 2, kernel_size: 3, _: 1}, flatten, linear: 2]",
        &["strides", "Stride"],
        "stride",
    ),
    (
        "network",
        "[conv2d: {out_channels: 2, kernel_size: 3, _: 1}, flatten, linear: 2]",
        &["pad", "paddings"],
        "padding",
    ),
    (
        "network",
        "[max_pool2d: {_: 2}, flatten, linear: 2]",
        &["pool_size", "kernel", "window_size", "size"],
        "kernel_size",
    ),
    (
        "network",
        "[dropout: {_: 0.2}, flatten, linear: 2]",
        &["rate", "prob", "probability", "dropout_rate"],
        "p",
    ),
    (
        "network",
        "[reshape: [8, 24], lstm: {_: 4}, flatten, linear: 2]",
        &["units", "hidden_dim", "hidden", "num_units"],
        "hidden_size",
    ),
    (
        "network",
        "[reshape: [8, 24], lstm: {hidden_size: 4, _: 2}, flatten, linear: 2]",
        &["layers", "n_layers"],
        "num_layers",
    ),
    (
        "loss",
        "_",
        &[
            "crossentropy",
            "ce",
            "cross-entropy",
            "categorical_crossentropy",
            "sparse_categorical_crossentropy",
            "NLLLoss",
            "nll_loss",
            "CrossEntropy",
            "crossEntropyLoss",
        ],
        "cross_entropy",
    ),
    (
        "loss",
        "_",
        &[
            "bce",
            "BCELoss",
            "binary_crossentropy",
            "bce_with_logits",
            "BCEWithLogits",
        ],
        "binary_cross_entropy",
    ),
    (
        "loss",
        "_",
        &["l2", "mean_squared_error", "MSE", "mse_loss", "mseloss"],
        "mse",
    ),
    (
        "loss",
        "_",
        &["l1", "mean_absolute_error", "l1_loss", "l1loss", "MAE"],
        "mae",
    ),
    (
        "loss",
        "_",
        &["smooth_l1", "SmoothL1Loss", "huber_loss", "Huber"],
        "huber",
    ),
    ("optimizer", "_", &["SGDM", "momentum", "gd", "Sgd"], "sgd"),
    (
        "optimizer",
        "_",
        &["ADAM", "adam_optimizer", "AdamOptimizer", "Adamm"],
        "adam",
    ),
    ("optimizer", "_", &["ADAMW", "adam_w", "AdamWOptimizer"], "adamw"),
    ("optimizer", "_", &["RMSProp", "rms_prop", "RMSPROP"], "rmsprop"),
    (
        "optimizer",
        "{name: adam, _: 0.1}",
        &["learning_rate", "learningRate", "LR", "eta"],
        "lr",
    ),
    (
        "optimizer",
        "{name: adam, _: 0.1}",
        &["wd", "decay", "l2", "weightdecay"],
        "weight_decay",
    ),
    ("optimizer", "{name: adam, _: [0.9, 0.99]}", &["beta1", "beta"], "betas"),
    (
        "lr_scheduler",
        "_",
        &["cosine", "CosineAnnealing", "cosine_annealing_lr", "CosineDecay"],
        "cosine_annealing",
    ),
    (
        "lr_scheduler",
        "_",
        &["plateau", "reduce_lr_on_plateau", "ReduceOnPlateau"],
        "reduce_on_plateau",
    ),
    ("lr_scheduler", "_", &["PolynomialLR", "poly"], "polynomial"),
    (
        "lr_scheduler",
        "{name: _, max_lr: 0.1}",
        &["OneCycleLR", "onecycle", "OneCycle"],
        "one_cycle",
    ),
    (
        "lr_scheduler",
        "{name: _, step_size: 3}",
        &["step_lr", "Step", "steplr"],
        "step",
    ),
    (
        "lr_scheduler",
        "{name: step, _: 3}",
        &["stepSize", "step-size"],
        "step_size",
    ),
    (
        "trainer",
        "{_: 8}",
        &["batchsize", "batch", "bs", "BatchSize", "batch-size", "mini_batch_size"],
        "batch_size",
    ),
    (
        "trainer",
        "{_: 8}",
        &["max_epochs", "num_epochs", "n_epochs", "epoch", "nb_epoch", "Epochs"],
        "epochs",
    ),
    (
        "trainer",
        "{_: 1.0}",
        &[
            "clip_norm",
            "grad_clip",
            "max_grad_norm",
            "gradient_clip_val",
            "clip_grad_norm",
        ],
        "gradient_clip_norm",
    ),
    (
        "trainer",
        "{_: 2}",
        &["gradient_accumulation_steps", "accumulation_steps"],
        "accumulate_grad_batches",
    ),
    (
        "dataset",
        "{name: image_folder, _: x, size: [8, 8]}",
        &["file", "folder", "root", "dir", "data_dir", "directory"],
        "path",
    ),
    (
        "dataset",
        "{name: image_folder, path: x, _: [8, 8]}",
        &["image_size", "img_size", "resize"],
        "size",
    ),
    (
        "dataset",
        "{name: image_folder, path: x, size: [8, 8], _: [horizontal_flip]}",
        &["augmentation", "transforms"],
        "augment",
    ),
    (
        "dataset",
        "{name: image_folder, path: x, size: [8, 8], _: 0.2}",
        &["val_split", "validation_size", "val_size"],
        "validation_split",
    ),
    (
        "dataset",
        "{name: image_folder, path: x, size: [8, 8], _: 0.2}",
        &["test_size", "test_fraction"],
        "test_split",
    ),
    (
        "dataset",
        "{name: image_folder, path: x, size: [8, 8], augment: [_: 1]}",
        &["randomcrop", "random_cropp"],
        "random_crop",
    ),
    (
        "dataset",
        "{name: csv, path: x, _: y}",
        &["label", "labels", "label_column", "y", "target_column", "output"],
        "target",
    ),
    (
        "dataset",
        "{name: csv, _: x}",
        &["file", "filename", "file_path", "csv_file"],
        "path",
    ),
    (
        "dataset",
        "{name: _, path: x, size: [8, 8]}",
        &["ImageFolder", "imagefolder", "image_folders", "images"],
        "image_folder",
    ),
];

#[test]
fn all_other_words_are_answered_with_a_remedy_that_is_taken() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for (key, line, words, ours) in ANSWERED {
        let with = |word: &str| {
            let value = line.replacen('_', word, 1);
            recipe(&[(key, &place(line, word).unwrap_or(value))])
        };
        let mended = with(ours);
        assert!(load(&mended).is_ok(), "{mended}{:?}", load(&mended).err());
        for word in *words {
            let text = with(word);
            let error = load(&text).err().unwrap_or_else(|| "it is taken".to_owned());
            if !error.contains(&format!("did you mean '{ours}'?")) {
                wrong.push(format!("{key}, {word}: {error}"));
            }
            seen += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 200, "{seen}");
}

/// The line with a word where a lonely `_` stands: names have some of their own.
fn place(line: &str, word: &str) -> Option<String> {
    let lonely = |at: usize| {
        let near = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
        !near(line[..at].chars().next_back()) && !near(line[at + 1..].chars().next())
    };
    let (at, _) = line.match_indices('_').find(|(at, _)| lonely(*at))?;
    Some(format!("{}{word}{}", &line[..at], &line[at + 1..]))
}

#[test]
fn what_needs_no_key_is_said() {
    for (line, key, says) in [
        (
            "[flatten, linear: {out_features: 2, _: 192}]",
            "in_features",
            "remove it: what comes in is known",
        ),
        (
            "[conv2d: {out_channels: 2, kernel_size: 3, _: 3}, flatten, linear: 2]",
            "in_channels",
            "remove it: what comes in",
        ),
        (
            "[flatten, linear: {out_features: 2, _: relu}]",
            "activation",
            "'- relu'",
        ),
        ("[relu: {_: true}, flatten, linear: 2]", "inplace", "remove it"),
        ("[flatten, softmax: {_: 1}, linear: 2]", "dim", "remove it"),
        (
            "[reshape: [8, 24], lstm: {hidden_size: 2, _: true}, flatten, linear: 2]",
            "batch_first",
            "remove it",
        ),
        (
            "[reshape: [8, 24], lstm: {hidden_size: 2, _: 8}, flatten, linear: 2]",
            "input_size",
            "remove it",
        ),
    ] {
        let error = load(&recipe(&[("network", &place(line, key).unwrap())])).unwrap_err();
        assert!(error.contains(says), "{key}: {error}");
    }
    let error = load(&recipe(&[("trainer", "{epochs: 2, shuffle: true}")])).unwrap_err();
    assert!(error.contains("remove it: training samples are shuffled"), "{error}");
    let list = "{name: image_folder, path: x, size: [8, 8], augment: [{random_crop: 1, fill: 3}]}";
    let error = load(&recipe(&[("dataset", list)])).unwrap_err();
    assert!(error.contains("write '{name: random_crop, padding: …, …}'"), "{error}");
}
