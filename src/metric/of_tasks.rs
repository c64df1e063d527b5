//! Metrics that tasks have of their own: what they are called, which way they get better, how they are written.

use super::{Goal, MetricDef, Unit};

/// All of them.
pub static OF_TASKS: &[MetricDef] = &[
    number("loss", "The loss that is trained on.", Goal::Min),
    number(
        "perplexity",
        "exp(loss) of a language model: the number of equally likely characters that it hesitates between.",
        Goal::Min,
    ),
    number(
        "bits_per_character",
        "loss / ln 2 of a language model: as many bits a character would take, packed with it.",
        Goal::Min,
    ),
    number("mae", "Mean absolute error, in units of the target.", Goal::Min),
    number(
        "rmse",
        "Root of the mean squared error, in units of the target.",
        Goal::Min,
    ),
    number(
        "r2",
        "Coefficient of determination: 1 is perfect, 0 is no better than the mean of the targets.",
        Goal::Max,
    ),
    number(
        "elbo",
        "Evidence lower bound of a vae, −(reconstruction + kl): what a sample's log-likelihood is at least.",
        Goal::Max,
    ),
    number(
        "reconstruction",
        "How far the decoder's outputs are from the sample; sum over its numbers.",
        Goal::Min,
    ),
    number(
        "kl",
        "Kullback-Leibler divergence of where the encoder puts a sample from N(0, 1), in nats.",
        Goal::Min,
    ),
    number(
        "discriminator_loss",
        "Loss of a gan's discriminator: mean over real samples plus mean over made ones.",
        Goal::Min,
    )
    .contested(),
    number("generator_loss", "Loss of a gan's generator.", Goal::Min).contested(),
    MetricDef::new(
        "discriminator_accuracy",
        "Share of real and made samples that the discriminator takes for what they are.",
        Goal::Max,
        Unit::Share,
    )
    .contested(),
    number(
        "real_score",
        "How real samples of the data look to the discriminator, D(x): a chance from 0 to 1, or its plain output.",
        Goal::Max,
    )
    .contested(),
    number(
        "fake_score",
        "How real made samples look to the discriminator, D(G(z)), before it learns from them.",
        Goal::Max,
    )
    .contested(),
    number(
        "epoch",
        "The epoch itself, where no figure says which one is best: the last one counts.",
        Goal::Max,
    ),
];

const fn number(name: &'static str, doc: &'static str, goal: Goal) -> MetricDef {
    MetricDef::new(name, doc, goal, Unit::Number)
}
