//! Variational autoencoder: an encoder that says where in a small space a sample may lie, and a decoder that makes
//! the sample again from a point drawn there.

mod gallery;
mod latent;
mod learn;
mod sums;

use serde::Deserialize;

use super::networks::{LATENT_DIM, latent_dim, layers, must_give, must_give_plain_numbers, network, normalize, notes};
use super::plan::OPTIMIZER;
use super::target::of_text;
use super::{Plan, Setup, TaskDef, Trained};
pub use learn::Vae;
use runner_data::DataInfo;
use runner_declare::{Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::error::Result;
use runner_loss::Reconstruction;
use runner_nn::Network;
use runner_recipe::Recipe;

/// `task: vae`.
pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "vae",
        doc: "Learns to make samples like those of the data (variational autoencoder, Kingma and Welling 2013).\n\
              loss = reconstruction + beta · KL(N(mean, e^log_variance) ‖ N(0, 1)), summed over a sample's numbers and \
              averaged over samples; z = mean + e^(log_variance/2) · noise. Validation and test draw the noise of a \
              sample from the seed and the sample's place, once.",
        fields: &[
            layers(
                "encoder",
                "From a sample to 2 · latent_dim numbers: means, then log-variances.",
            ),
            layers("decoder", "From latent_dim numbers to as many as a sample has."),
            LATENT_DIM,
            Field {
                key: "reconstruction",
                doc: "How the decoder's outputs are compared with the sample.",
                kind: Kind::Choice(&[
                    (
                        "binary_cross_entropy",
                        "Each number from 0 to 1 as the chance of a 1; the decoder ends in plain numbers (logits). \
                         Then elbo is in nats.",
                    ),
                    (
                        "mse",
                        "Squared errors: a normal distribution of variance ½. Then elbo lacks a constant.",
                    ),
                ]),
                presence: Presence::Default("\"binary_cross_entropy\""),
            },
            Field {
                key: "beta",
                doc: "How much the KL divergence counts; other than 1 it is a β-VAE (Higgins et al. 2017).",
                kind: Kind::Number(Range::NON_NEGATIVE),
                presence: Presence::Default("1.0"),
            },
            Field {
                key: "kl_warmup_epochs",
                doc: "Epochs in which beta grows evenly from 0, by the step; val_loss has it whole.",
                kind: Kind::Integer { min: 0, max: 100_000 },
                presence: Presence::Default("0"),
            },
        ],
        shorthand: None,
    },
    plan,
    by_model: None,
};

/// The task with the networks `E`, the encoder, and `D`, the decoder.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn task<E: Network, D: Network>(setup: &Setup<'_>) -> Result<Box<dyn Trained>> {
    Ok(Box::new(Vae::new::<E, D>(setup)?))
}

/// The fields, but for networks and latent_dim.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Settings {
    reconstruction: Reconstruction,
    beta: f64,
    kl_warmup_epochs: u32,
}

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    if info.vocabulary().is_some() {
        problems.push(of_text("vae", info));
    }
    let latent = latent_dim(recipe);
    let encoder = network(recipe, "encoder", OPTIMIZER, &info.shape(), problems);
    let why = format!(
        "a latent_dim of {latent} needs {}: a mean and a log-variance for each of its numbers",
        2 * latent
    );
    must_give(recipe, &encoder, 2 * latent, &why, problems);
    let decoder = network(recipe, "decoder", OPTIMIZER, &[latent], problems);
    let why = format!("a sample of {} has {}", info.name, info.width());
    must_give(recipe, &decoder, info.width(), &why, problems);
    let by_bits = recipe.task.typed::<Settings>();
    if by_bits.is_ok_and(|settings| settings.reconstruction == Reconstruction::BinaryCrossEntropy) {
        must_give_plain_numbers(recipe, "decoder", "binary_cross_entropy", problems);
        if normalize(recipe) != "none" {
            let message = "binary_cross_entropy compares with numbers from 0 to 1, but the data is scaled to others";
            let problem = Problem::new(KeyPath::from("dataset.normalize"), message);
            problems.push(problem.help("set it to 'none', or use 'reconstruction: mse'"));
        }
    }
    let validated = info.rows[1] > 0;
    let networks = vec![encoder, decoder];
    Plan {
        task: "vae",
        notes: notes(&networks),
        warnings: Vec::new(),
        positive_class: None,
        networks,
        model: None,
        metrics: sums::names(validated),
        monitor: if validated { "val_loss" } else { "train_loss" }.to_owned(),
    }
}
