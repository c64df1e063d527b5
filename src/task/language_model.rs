//! A language model: at each character of a text the next one is predicted, and so texts can be written.

mod causal;
mod evaluation;
mod settings;
mod writer;

use std::sync::Arc;

use evaluation::Evaluation;
use settings::{SAMPLES, Samples};
use writer::{Order, write};

use super::artifact::{Artifact, Content};
use super::ends;
use super::objective::{Meter, Objective, Observer};
use super::plan::network_plan;
use super::supervised::{Supervised, missing};
use super::{Generate, Plan, Rows, Setup, TaskDef, Trained};
use runner_data::{DataInfo, Part, StandIn};
use runner_declare::{Chosen, KeyPath, Problem, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::{Key, Purpose};
use runner_loss as loss;
use runner_loss::{Loss, Prediction};
use runner_metric::Accuracy;
use runner_nn::def::show_shape;
use runner_nn::{Engine, Lowered, Network};
use runner_recipe::Recipe;

/// `task: language_model`.
pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "language_model",
        doc: "Predicts, at each character of a text, the next one; and writes texts.\n\
              The network reads the numbers of T characters and gives, at each of them, one number (logit) for each \
              character that there is: [T] to [T, characters]. The loss is the cross-entropy in nats a character. \
              Windows are read one by one, from a state of zero.",
        fields: &[super::plan::NETWORK, SAMPLES],
        shorthand: None,
    },
    plan,
    by_model: None,
};

/// The task with the network `N`.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn task<N: Network>(setup: &Setup<'_>) -> Result<Box<dyn Trained>> {
    let mut task = Supervised::new::<N>(setup, objective(setup)?)?;
    let characters = characters_of(&setup.dataset.info)?.len();
    causal::check(task.network(), setup.dataset.info.width(), characters)?;
    Ok(Box::new(task))
}

/// What makes a supervised task a language model.
pub(super) fn objective(setup: &Setup<'_>) -> Result<Box<dyn Objective>> {
    Ok(Box::new(Model {
        characters: characters_of(&setup.dataset.info)?.to_vec(),
        length: setup.dataset.info.width(),
        most: setup.recipe.trainer.batch_size,
        seed: setup.recipe.seed,
        samples: Samples::of(setup.recipe)?,
        test: setup.dataset.test.clone(),
        stand_in: setup.dataset.info.stand_in.clone(),
    }))
}

fn characters_of(info: &DataInfo) -> Result<&[String]> {
    info.next_tokens()
        .ok_or_else(|| Error::new(Kind::Data, format!("{} is no text", info.name)))
}

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    let names = ["perplexity", "bits_per_character", "accuracy"].map(str::to_owned);
    let characters = match info.next_tokens() {
        Some(characters) => characters,
        None => {
            let message = format!("language_model needs a text, and {} is none", info.name);
            let help = "use a dataset such as '{name: text, path: book.txt}'";
            problems.push(Problem::new(KeyPath::from("task"), message).help(help));
            return network_plan("language_model", recipe, info, &names, problems, |_, _| None);
        }
    };
    let layers = recipe.layers("network");
    problems.extend(causal::problems(&layers, &KeyPath::from("network")));
    let samples = Samples::of(recipe).unwrap_or_default();
    if let Err(message) = samples.prompt(characters) {
        problems.push(Problem::new(KeyPath::from("samples.prompt"), message));
    }
    let (key, whose) = (KeyPath::from("network"), "the loss of a language model");
    problems.extend(ends::problems(&layers, &key, whose, "cross_entropy"));
    let refuse = |layers: &[Lowered], place| refuse(layers, place, info, characters.len());
    network_plan("language_model", recipe, info, &names, problems, refuse)
}

/// Why the last layer's outputs are no predictions.
fn refuse(layers: &[Lowered], place: KeyPath, info: &DataInfo, characters: usize) -> Option<Problem> {
    let wanted = [info.width(), characters];
    let given = layers.last()?.output.as_slice();
    let message = match *given {
        _ if given == wanted => return None,
        [steps, width] if steps == wanted[0] => {
            format!("the network gives {width} numbers at each step, but the text has {characters} distinct characters")
        }
        _ => format!(
            "the network gives {}, but a language model needs {}: at each step a number for each character",
            show_shape(given),
            show_shape(&wanted)
        ),
    };
    Some(Problem::new(place, message).help(format!("end the network with '- linear: {characters}'")))
}

struct Model {
    characters: Vec<String>,
    /// Characters that the network sees at once.
    length: usize,
    /// Samples that it takes at once.
    most: usize,
    seed: u64,
    samples: Samples,
    test: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
}

impl Objective for Model {
    fn meter(&self) -> Box<dyn Meter> {
        Box::new(Accuracy::default())
    }

    fn observer(&self) -> Box<dyn Observer> {
        Box::new(Evaluation::new(
            self.characters.clone(),
            self.test.clone(),
            self.stand_in.clone(),
        ))
    }

    fn loss(&self, _recipe: &Recipe, _outputs: usize) -> Result<Box<dyn Loss>> {
        let def = loss::find("cross_entropy").ok_or_else(|| missing("loss"))?;
        let plain = serde_json::json!({"label_smoothing": 0.0});
        let chosen = Chosen {
            name: def.section.name.to_owned(),
            settings: plain.as_object().cloned().unwrap_or_default(),
        };
        (def.build)(&chosen, self.characters.len())
    }

    fn columns(&self) -> Option<Vec<String>> {
        Some(
            ["character", "predicted", "probability", "nats"]
                .map(str::to_owned)
                .to_vec(),
        )
    }

    fn rows(&self, outputs: &[f32], known: &[u32]) -> Rows {
        let rows = outputs.chunks_exact(self.characters.len()).zip(known);
        rows.map(|(outputs, &character)| {
            let shown = |class: u32| match self.characters.get(class as usize) {
                Some(character) => character.escape_debug().to_string(),
                None => String::new(),
            };
            let likeliest = Prediction::Softmax.class(outputs);
            let logit = |class: u32| outputs.get(class as usize).map_or(f64::NAN, |&z| f64::from(z));
            let top = logit(likeliest);
            let total: f64 = outputs.iter().map(|&z| libm::exp(f64::from(z) - top)).sum();
            let nats = libm::log(total) - (logit(character) - top);
            let numbers = [libm::exp(-nats), nats].map(|number| (number as f32).to_string());
            [shown(character), shown(likeliest)]
                .into_iter()
                .chain(numbers)
                .collect()
        })
        .collect()
    }

    fn of_loss(&self, mean: f64) -> Vec<(String, f64)> {
        vec![
            ("perplexity".to_owned(), mean.exp()),
            ("bits_per_character".to_owned(), mean / std::f64::consts::LN_2),
        ]
    }

    fn samples(&mut self, network: &mut dyn Engine, epoch: u64) -> Result<Vec<Artifact>> {
        let key = Key::new(self.seed).purpose(Purpose::Sample).at(epoch);
        let name = format!("temperature_{}", self.samples.temperature);
        self.write(network, &self.samples.clone(), key, &name)
    }

    fn generate(&mut self, network: &mut dyn Engine, request: &Generate) -> Result<Vec<Artifact>> {
        let samples = Samples {
            count: request.count.unwrap_or(1),
            length: request.length.unwrap_or(self.samples.length),
            temperature: request.temperature.unwrap_or(self.samples.temperature),
            prompt: request.prompt.clone().or_else(|| self.samples.prompt.clone()),
        };
        // No epoch has this number: they are counted from 1.
        let key = Key::new(request.seed).purpose(Purpose::Sample).at(0);
        self.write(network, &samples, key, "text")
    }
}

impl Model {
    fn write(&self, network: &mut dyn Engine, samples: &Samples, key: Key, name: &str) -> Result<Vec<Artifact>> {
        let prompt = samples.prompt(&self.characters);
        let prompt = prompt.map_err(|message| Error::new(Kind::Usage, format!("--prompt: {message}")))?;
        let order = Order {
            window: self.length,
            characters: self.characters.len(),
            most: self.most,
            count: samples.count,
            length: samples.length,
            temperature: samples.temperature,
            key,
            start: self.start(),
            prompt: &prompt,
        };
        let texts = write(network, &order)?;
        let digits = texts.len().to_string().len();
        let made = texts.into_iter().enumerate().map(|(i, tokens)| Artifact {
            name: match samples.count {
                1 => name.to_owned(),
                _ => format!("{name}_{:0digits$}", i + 1),
            },
            content: Content::Text(self.text(&tokens)),
        });
        Ok(made.collect())
    }

    fn text(&self, tokens: &[u16]) -> String {
        let character = |&token: &u16| self.characters.get(usize::from(token)).map(String::as_str);
        tokens.iter().filter_map(character).collect()
    }

    /// What comes before a text without a prompt: most texts begin after a line's end.
    fn start(&self) -> u16 {
        let place = |wanted| self.characters.iter().position(|character| character == wanted);
        place("\n").or_else(|| place(" ")).unwrap_or(0) as u16
    }
}

#[cfg(test)]
mod tests;
