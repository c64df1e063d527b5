//! What a sweep's file may say: W&B's keys over those of a recipe, and the checked sweep that follows from them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::constraint::Constraint;
use super::parameter;
use super::space::Space;
use super::terminate::Rule;
use runner_declare::{Bound, Field, KeyPath, Kind, Presence, Problem, Range, Section, Settings, Value};
use runner_ground::error::Result;
use runner_metric as metric;
use runner_metric::Goal;
use runner_recipe::Declared;

/// A random or adaptive sweep has at most this many trials, a grid too.
pub const MOST_TRIALS: u64 = 1_000_000;

/// How the values of trials are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// All combinations.
    Grid,
    /// Each trial for itself, from the seed.
    Random,
    /// Tree-structured Parzen estimator: from what the trials before reached.
    #[serde(alias = "tpe")]
    Bayes,
}

/// What trials are judged by: the best of a metric over a trial's epochs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// A column of metrics.csv.
    pub name: String,
    /// Which way it gets better.
    pub goal: Goal,
}

/// A checked sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// The recipe that trials are of.
    pub recipe: PathBuf,
    /// What the sweep is called; the recipe's name where it says nothing.
    pub name: Option<String>,
    /// What it is to show.
    pub description: Option<String>,
    /// How values are chosen.
    pub method: Method,
    /// What all choices follow from.
    pub seed: u64,
    /// What trials are judged by; what the recipe's own best epoch is judged by, where it says nothing.
    pub metric: Option<Metric>,
    /// Parameters and constraints.
    pub space: Space,
    /// When a trial ends early.
    pub early_terminate: Option<Rule>,
    /// The most trials.
    pub run_cap: Option<u64>,
    /// What its trials go by.
    #[serde(default)]
    pub rules: Rules,
    /// What is worth saying of its parameters before it begins.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// What a sweep's trials go by: a sweep that was begun by an earlier version keeps its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rules {
    /// A setting may be trained again, a value that its trial has no use for goes, and of several seeds the first is
    /// trained alone.
    #[default]
    Earlier,
    /// A setting is trained once, with each of the recipe's seeds; a value without use is a mistake. What an absent key
    /// means is what it means to this version: one that changes that adds its own rules.
    Present,
}

/// The keys of a sweep's file.
pub static SECTION: Section = Section {
    name: "sweep",
    doc: "Many trials of one recipe, each with other values.",
    shorthand: None,
    fields: &FIELDS,
};

static FIELDS: [Field; 10] = [
    Field {
        key: "recipe",
        doc: "The recipe that trials are of: a path relative to this file.",
        kind: Kind::Path,
        presence: Presence::Required,
    },
    Field {
        key: "name",
        doc: "What the sweep is called; its folder's name. When absent: the recipe's name.",
        kind: Kind::Text,
        presence: Presence::Optional,
    },
    Field {
        key: "description",
        doc: "One line that says what the sweep is to show.",
        kind: Kind::Text,
        presence: Presence::Optional,
    },
    Field {
        key: "method",
        doc: "How the values of trials are chosen.",
        kind: Kind::Choice(&[
            (
                "grid",
                "All combinations, in the order of the file; the last parameter changes fastest.",
            ),
            ("random", "Each trial for itself, from the seed."),
            (
                "bayes",
                "From what the trials before reached: a tree-structured Parzen estimator.",
            ),
            ("tpe", "The same as bayes."),
        ]),
        presence: Presence::Required,
    },
    Field {
        key: "seed",
        doc: "All choices follow from it. The recipe's own seed is another thing, and may be a parameter.",
        kind: Kind::Integer { min: 0, max: 1 << 53 },
        presence: Presence::Default("0"),
    },
    Field {
        key: "metric",
        doc: "What trials are judged by: the best value of a column of metrics.csv over a trial's epochs. \
              When absent: what the recipe judges its best epoch by.",
        kind: Kind::Section(&METRIC),
        presence: Presence::Optional,
    },
    Field {
        key: "parameters",
        doc: "What changes from trial to trial, by the recipe's keys: 'optimizer.lr', 'network.0.linear'.",
        kind: Kind::Map(&Kind::Section(&parameter::SECTION)),
        presence: Presence::Required,
    },
    Field {
        key: "constraints",
        doc: "Comparisons that the values of each trial keep, such as 'network.0.linear >= network.2.linear'.",
        kind: Kind::List {
            of: &Kind::Text,
            min: 0,
            max: 100,
        },
        presence: Presence::Optional,
    },
    Field {
        key: "early_terminate",
        doc: "When a trial that does worse than others ends before its last epoch.",
        kind: Kind::Section(&TERMINATE),
        presence: Presence::Optional,
    },
    Field {
        key: "run_cap",
        doc: "The most trials. A grid ends by itself; random and bayes need it.",
        kind: Kind::Integer {
            min: 1,
            max: MOST_TRIALS as i64,
        },
        presence: Presence::Optional,
    },
];

static METRIC: Section = Section {
    name: "metric",
    doc: "What trials are judged by.",
    shorthand: Some("name"),
    fields: &[
        Field {
            key: "name",
            doc: "A column of metrics.csv, such as val_accuracy.",
            kind: Kind::Text,
            presence: Presence::Required,
        },
        Field {
            key: "goal",
            doc: "Which way it gets better. When absent: the way the metric is known to go.",
            kind: Kind::Choice(&[("minimize", "Smaller is better."), ("maximize", "Larger is better.")]),
            presence: Presence::Optional,
        },
    ],
};

static TERMINATE: Section = Section {
    name: "early_terminate",
    doc: "When a trial ends before its last epoch.",
    shorthand: Some("type"),
    fields: &[
        Field {
            key: "type",
            doc: "The rule.",
            kind: Kind::Choice(&[
                (
                    "asha",
                    "Asynchronous successive halving (Li et al. 2020): at epochs min_iter, min_iter·eta, … a trial goes on \
                     if it is among the best 1/eta of those that have come so far.",
                ),
                (
                    "hyperband",
                    "The same with several brackets, which trials join in turn; each starts at a later epoch.",
                ),
                (
                    "median",
                    "At every epoch from min_iter on a trial goes on if its best value is no worse than the median of the others' \
                     at that epoch.",
                ),
            ]),
            presence: Presence::Required,
        },
        Field {
            key: "min_iter",
            doc: "The first epoch at which a trial may end.",
            kind: Kind::Integer { min: 1, max: 1_000_000 },
            presence: Presence::Default("1"),
        },
        Field {
            key: "eta",
            doc: "One of this many trials goes on; for asha and hyperband.",
            kind: Kind::Number(Range::new(Bound::Excluding(1.0), Bound::Including(1000.0))),
            presence: Presence::Default("3"),
        },
        Field {
            key: "s",
            doc: "Brackets of hyperband.",
            kind: Kind::Integer { min: 1, max: 20 },
            presence: Presence::Default("3"),
        },
    ],
};

impl Sweep {
    /// Reads and checks a sweep's file. What its values mean to the recipe is not looked at here.
    ///
    /// # Errors
    /// All its mistakes, each with its place.
    pub fn load(path: &Path) -> Result<(Self, Declared)> {
        let declared = Declared::load(&SECTION, path)?;
        let mut problems = Vec::new();
        let sweep = Self::of(&declared, &mut problems);
        if problems.is_empty() {
            Ok((sweep, declared))
        } else {
            Err(declared.report(problems))
        }
    }

    fn of(declared: &Declared, problems: &mut Vec<Problem>) -> Self {
        let settings = &declared.settings;
        let text = |key: &str| settings.get(key).and_then(Value::as_str).map(str::to_owned);
        let whole = |key: &str| settings.get(key).and_then(Value::as_u64);
        let method = match text("method").as_deref() {
            Some("grid") => Method::Grid,
            Some("random") => Method::Random,
            _ => Method::Bayes,
        };
        let beside = declared.path.parent().unwrap_or(Path::new(""));
        let mut notes = Vec::new();
        let mut space = parameter::space(declared, method, &mut notes, problems);
        space.constraints = constraints(settings, &space, problems);
        let sweep = Self {
            recipe: beside.join(text("recipe").unwrap_or_default()),
            name: text("name"),
            description: text("description"),
            method,
            seed: whole("seed").unwrap_or(0),
            metric: metric(settings, problems),
            early_terminate: settings.get("early_terminate").and_then(Value::as_object).map(Rule::of),
            run_cap: whole("run_cap"),
            rules: Rules::Present,
            notes,
            space,
        };
        sweep.check(problems);
        sweep
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        if self.space.parameters.is_empty() && problems.is_empty() {
            let problem = Problem::new("parameters".into(), "there is nothing to change");
            problems.push(problem.help("such as 'optimizer.lr: {values: [1e-3, 1e-2]}'"));
        }
        if self.method != Method::Grid && self.run_cap.is_none() {
            let problem = Problem::new("method".into(), "a random or adaptive sweep has no end of its own");
            problems.push(problem.help("add 'run_cap: 20', the number of trials"));
        }
        if let Some(name) = &self.name
            && !runner_recipe::is_name(name)
        {
            let problem = Problem::new("name".into(), "the name cannot be that of a folder");
            problems.push(problem.help(runner_recipe::NAME_RULE));
        }
    }

    /// A grid over values that a command line gives: `-m optimizer.lr=1e-3,1e-2`.
    ///
    /// # Errors
    /// When a text is no key with values.
    pub fn shorthand(recipe: &Path, texts: &[String]) -> Result<Self> {
        Ok(Self {
            recipe: recipe.to_owned(),
            name: None,
            description: None,
            method: Method::Grid,
            seed: 0,
            metric: None,
            space: parameter::shorthand(texts)?,
            early_terminate: None,
            run_cap: None,
            rules: Rules::Present,
            notes: Vec::new(),
        })
    }

    /// How many trials there will be; `None` where only trying shows.
    pub fn planned(&self) -> Option<u64> {
        match (self.method, self.run_cap) {
            (Method::Grid, cap) => {
                let size = self.space.grid_size(cap.unwrap_or(MOST_TRIALS).min(MOST_TRIALS))?;
                Some(size)
            }
            (_, Some(cap)) if self.rules == Rules::Present => Some(self.space.settings(cap).unwrap_or(cap)),
            (_, cap) => cap,
        }
    }

    /// Whether what a trial is given, or when it ends, depends on what others reached.
    pub fn is_adaptive(&self) -> bool {
        self.method == Method::Bayes || self.early_terminate.is_some()
    }
}

fn metric(settings: &Settings, problems: &mut Vec<Problem>) -> Option<Metric> {
    let given = settings.get("metric")?;
    let name = given.get("name")?.as_str()?.to_owned();
    let at = KeyPath::from("metric");
    if let Some(bare) = name.strip_prefix("test_") {
        let message = "a sweep that chooses by the test part makes its figures worthless";
        let help = format!(
            "choose by 'val_{}'; the test part is looked at once a trial is done",
            bare
        );
        problems.push(Problem::new(at.join("name"), message).help(help));
        return None;
    }
    let known = metric::goal(&name);
    let only = metric::only_goal(&name);
    let goal = match given.get("goal").and_then(Value::as_str) {
        Some("minimize") => Goal::Min,
        Some(_) => Goal::Max,
        None => match known {
            Some(goal) => goal,
            None => {
                let problem = Problem::new(at, format!("it is not known which way '{name}' gets better"));
                problems.push(problem.help("add 'goal: minimize' or 'goal: maximize'"));
                return None;
            }
        },
    };
    if let Some(own) = only.filter(|own| *own != goal) {
        let (better, word) = match own {
            Goal::Min => ("smaller", "minimize"),
            Goal::Max => ("larger", "maximize"),
        };
        let message = format!("of {name} the {better} is better, and with this goal the worst trial would be the best");
        problems.push(Problem::new(at.join("goal"), message).help(format!("remove 'goal', or use 'goal: {word}'")));
        return None;
    }
    Some(Metric { name, goal })
}

fn constraints(settings: &Settings, space: &Space, problems: &mut Vec<Problem>) -> Vec<Constraint> {
    let texts = settings.get("constraints").and_then(Value::as_array);
    let mut constraints = Vec::new();
    for (index, text) in texts.into_iter().flatten().enumerate() {
        let keys: Vec<&str> = space
            .parameters
            .iter()
            .map(|parameter| parameter.key.as_str())
            .collect();
        match Constraint::parse(text.as_str().unwrap_or_default(), &keys) {
            Ok(constraint) => constraints.push(constraint),
            Err((message, help)) => {
                let problem = Problem::new(KeyPath::from("constraints").join(index), message);
                problems.push(problem.help(help));
            }
        }
    }
    constraints
}
