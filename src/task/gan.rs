//! Generative adversarial networks: a generator makes samples from noise, a discriminator tells them from the data's,
//! and each learns from the other.

mod gallery;
mod labels;
mod learn;
mod score;
mod totals;

use serde::Deserialize;

use super::networks::{
    LATENT_DIM, last_layer, latent_dim, layers, must_give, must_give_plain_numbers, network, normalize, notes,
};
use super::target::of_text;
use super::{Plan, Setup, TaskDef, Trained};
pub use learn::Gan;
use runner_data::DataInfo;
use runner_declare::{Bound, Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::error::Result;
use runner_nn::Network;
use runner_optim as optim;
use runner_recipe::Recipe;
use runner_results::row::EPOCH;
use score::Adversarial;

const fn own_optimizer(key: &'static str, doc: &'static str) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Variant {
            of: optim::sections,
            common: &[],
        },
        presence: Presence::Optional,
    }
}

/// `task: gan`.
pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "gan",
        doc: "Learns to make samples that a second network cannot tell from the data's (Goodfellow et al. 2014).\n\
              With every batch the discriminator D learns from real samples and from as many that the generator G made, \
              then G learns from what D says of its own. No figure says which epoch is the best: the last one counts.",
        fields: &[
            layers("generator", "From latent_dim numbers to as many as a sample has."),
            layers("discriminator", "From a sample to one number: how real it looks."),
            LATENT_DIM,
            Field {
                key: "loss",
                doc: "What both networks make small; D learns the sum of the means over real and made samples.",
                kind: Kind::Choice(&[
                    (
                        "binary_cross_entropy",
                        "D: −ln σ(D(x)) − ln(1 − σ(D(G(z)))); G, non-saturating: −ln σ(D(G(z))).",
                    ),
                    (
                        "least_squares",
                        "D: (D(x) − 1)² + D(G(z))²; G: (D(G(z)) − 1)² (Mao et al. 2017).",
                    ),
                    (
                        "hinge",
                        "D: max(0, 1 − D(x)) + max(0, 1 + D(G(z))); G: −D(G(z)) (Lim and Ye 2017).",
                    ),
                ]),
                presence: Presence::Default("\"binary_cross_entropy\""),
            },
            Field {
                key: "label_smoothing",
                doc: "Real samples count as 1 minus this, so that D does not become too sure (Salimans et al. 2016).",
                kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Excluding(0.5))),
                presence: Presence::Default("0.0"),
            },
            Field {
                key: "discriminator_steps",
                doc: "Batches that D learns from for each that G does.",
                kind: Kind::Integer { min: 1, max: 1000 },
                presence: Presence::Default("1"),
            },
            Field {
                key: "conditional",
                doc: "Both networks also get the class, one number for each, after their other inputs.",
                kind: Kind::Bool,
                presence: Presence::Default("false"),
            },
            own_optimizer(
                "generator_optimizer",
                "That of the generator, where it is not 'optimizer'.",
            ),
            own_optimizer(
                "discriminator_optimizer",
                "That of the discriminator, where it is not 'optimizer'.",
            ),
        ],
        shorthand: None,
    },
    plan,
    by_model: None,
};

/// The task with the generator `G` and the discriminator `D`.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn task<G: Network, D: Network>(setup: &Setup<'_>) -> Result<Box<dyn Trained>> {
    Ok(Box::new(Gan::new::<G, D>(setup)?))
}

/// The fields, but for networks, latent_dim and optimizers.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Settings {
    loss: Adversarial,
    label_smoothing: f64,
    discriminator_steps: u64,
    conditional: bool,
}

/// Classes that both networks get with their inputs; none unless the recipe wants it.
fn told(recipe: &Recipe, info: &DataInfo) -> usize {
    let conditional = recipe
        .task
        .settings
        .get("conditional")
        .and_then(|value| value.as_bool());
    match info.classes() {
        Some(classes) if conditional == Some(true) => classes.len(),
        _ => 0,
    }
}

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    if info.vocabulary().is_some() {
        problems.push(of_text("gan", info));
    }
    let classes = told(recipe, info);
    let latent = latent_dim(recipe);
    let generator = network(
        recipe,
        "generator",
        "generator_optimizer",
        &[latent + classes],
        problems,
    );
    let why = format!("a sample of {} has {}", info.name, info.width());
    must_give(recipe, &generator, info.width(), &why, problems);
    let shape = match classes {
        0 => info.shape(),
        _ => vec![info.width() + classes],
    };
    let discriminator = network(recipe, "discriminator", "discriminator_optimizer", &shape, problems);
    let why = "it has to give 1: how real the sample looks";
    must_give(recipe, &discriminator, 1, why, problems);
    if let Ok(settings) = recipe.task.typed::<Settings>() {
        check_settings(settings, recipe, info, problems);
    }
    check_scale(recipe, problems);
    let validated = info.rows[1] > 0;
    let networks = vec![generator, discriminator];
    let mut notes = notes(&networks);
    if classes > 0 {
        notes.push(format!("both networks get each sample's class, one of {classes}"));
    }
    Plan {
        task: "gan",
        networks,
        model: None,
        metrics: totals::names(validated),
        monitor: EPOCH.to_owned(),
        notes,
        warnings: Vec::new(),
        positive_class: None,
    }
}

fn check_settings(settings: Settings, recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) {
    if settings.loss == Adversarial::BinaryCrossEntropy {
        must_give_plain_numbers(recipe, "discriminator", "binary_cross_entropy", problems);
    }
    if settings.loss == Adversarial::Hinge && settings.label_smoothing > 0.0 {
        let message = "hinge has no targets that could be smoothed";
        problems.push(Problem::new(KeyPath::from("label_smoothing"), message).help("remove it"));
    }
    if settings.conditional && info.classes().is_none() {
        let message = format!(
            "there are no classes to condition on: the targets of {} are numbers",
            info.name
        );
        problems.push(Problem::new(KeyPath::from("conditional"), message).help("set it to false"));
    }
    if recipe.trainer.accumulate_grad_batches > 1 {
        let message = "the discriminator takes a step with every batch: none are accumulated";
        let problem = Problem::new(KeyPath::from("trainer.accumulate_grad_batches"), message);
        problems.push(problem.help("remove it, and make trainer.batch_size larger"));
    }
}

/// A generator whose last layer bounds its numbers cannot make those of data that is scaled to others.
fn check_scale(recipe: &Recipe, problems: &mut Vec<Problem>) {
    let (reach, wanted) = match last_layer(recipe, "generator").as_deref() {
        Some("tanh") => ("-1 to 1", "symmetric"),
        Some("sigmoid") => ("0 to 1", "none"),
        _ => return,
    };
    let set = normalize(recipe);
    if !set.is_empty() && set != wanted {
        let message = format!("the generator gives numbers from {reach}, but the data is scaled to others");
        let problem = Problem::new(KeyPath::from("dataset.normalize"), message);
        problems.push(problem.help(format!("set it to '{wanted}'")));
    }
}
