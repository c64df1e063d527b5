//! Names of PyTorch that mean here what they mean there, with the same settings and defaults.

/// Classes of `torch.nn`, `torch.optim` and `torch.optim.lr_scheduler`, as they are spelt. Those with other defaults
/// (`OneCycleLR` cycles the momentum, `LinearLR` and `PolynomialLR` last 5 epochs) are not among them.
const NAMES: &[(&str, &str)] = &[
    ("AvgPool2d", "avg_pool2d"),
    ("BatchNorm1d", "batch_norm"),
    ("BatchNorm2d", "batch_norm"),
    ("CELU", "celu"),
    ("Conv1d", "conv1d"),
    ("Conv2d", "conv2d"),
    ("ConvTranspose2d", "conv_transpose2d"),
    ("Dropout", "dropout"),
    ("ELU", "elu"),
    ("Embedding", "embedding"),
    ("Flatten", "flatten"),
    ("GELU", "gelu"),
    ("GRU", "gru"),
    ("Hardsigmoid", "hardsigmoid"),
    ("Hardswish", "hardswish"),
    ("Hardtanh", "hardtanh"),
    ("LSTM", "lstm"),
    ("LayerNorm", "layer_norm"),
    ("LeakyReLU", "leaky_relu"),
    ("Linear", "linear"),
    ("LogSigmoid", "log_sigmoid"),
    ("LogSoftmax", "log_softmax"),
    ("MaxPool2d", "max_pool2d"),
    ("Mish", "mish"),
    ("PReLU", "prelu"),
    ("RNN", "rnn"),
    ("ReLU", "relu"),
    ("ReLU6", "relu6"),
    ("SELU", "selu"),
    ("SiLU", "silu"),
    ("Sigmoid", "sigmoid"),
    ("Softmax", "softmax"),
    ("Softplus", "softplus"),
    ("Softsign", "softsign"),
    ("Tanh", "tanh"),
    ("Tanhshrink", "tanhshrink"),
    ("Upsample", "upsample"),
    ("BCEWithLogitsLoss", "binary_cross_entropy"),
    ("CrossEntropyLoss", "cross_entropy"),
    ("HuberLoss", "huber"),
    ("L1Loss", "mae"),
    ("MSELoss", "mse"),
    ("Adam", "adam"),
    ("AdamW", "adamw"),
    ("RMSprop", "rmsprop"),
    ("SGD", "sgd"),
    ("CosineAnnealingLR", "cosine_annealing"),
    ("CosineAnnealingWarmRestarts", "cosine_annealing_warm_restarts"),
    ("ExponentialLR", "exponential"),
    ("MultiStepLR", "multistep"),
    ("ReduceLROnPlateau", "reduce_on_plateau"),
    ("StepLR", "step"),
    ("RandomCrop", "random_crop"),
    ("RandomHorizontalFlip", "horizontal_flip"),
    ("RandomRotation", "rotation"),
    ("RandomAffine", "affine"),
    ("ColorJitter", "color_jitter"),
];

/// Keys that are spelt with capitals there.
const KEYS: &[(&str, &str)] = &[("T_0", "t_0"), ("T_max", "t_max"), ("T_mult", "t_mult")];

/// What a class is called here.
#[must_use]
pub fn name(theirs: &str) -> Option<&'static str> {
    find(NAMES, theirs)
}

/// What a key is called here.
#[must_use]
pub fn key(theirs: &str) -> Option<&'static str> {
    find(KEYS, theirs)
}

/// The classes that have this name here.
pub fn names_of(ours: &str) -> impl Iterator<Item = &'static str> {
    theirs(NAMES, ours)
}

/// The keys that have this name here.
pub fn keys_of(ours: &str) -> impl Iterator<Item = &'static str> {
    theirs(KEYS, ours)
}

fn theirs(table: &'static [(&'static str, &'static str)], ours: &str) -> impl Iterator<Item = &'static str> {
    let found = table.iter().filter(move |(_, name)| *name == ours);
    found.map(|(theirs, _)| *theirs)
}

fn find(table: &[(&str, &'static str)], theirs: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == theirs).map(|(_, ours)| *ours)
}
