//! Schedules against PyTorch (`tests/peers/schedules.py`), and what must be refused before a training.

use runner::declare::{Chosen, Problem, Settings};
use runner::optim;
use runner::optim::schedule::{self, Horizon, Interval, Position, SCHEDULER_COMMON, SCHEDULERS, Schedule};
use serde_json::{Value, json};

fn figures() -> Value {
    serde_json::from_str(include_str!("../figures/schedules.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

/// The entry with its defaults, as a validated recipe gives it.
fn chosen(name: &str, written: &Value) -> Chosen {
    let own = schedule::find(name).unwrap().section.fields;
    let mut settings = Settings::new();
    for field in own.iter().chain(SCHEDULER_COMMON) {
        if let Some(text) = field.presence.default() {
            settings.insert(field.key.to_owned(), serde_json::from_str(text).unwrap());
        }
    }
    for (key, value) in written.as_object().unwrap() {
        assert!(
            own.iter().chain(SCHEDULER_COMMON).any(|field| field.key == key),
            "{name} has no field {key}"
        );
        settings.insert(key.clone(), value.clone());
    }
    Chosen {
        name: name.to_owned(),
        settings,
    }
}

fn positions(horizon: Horizon) -> impl Iterator<Item = Position> {
    (0..horizon.epochs).flat_map(move |epoch| (0..horizon.steps_per_epoch).map(move |step| Position { epoch, step }))
}

fn sgd_with_momentum() -> Box<dyn optim::Optimizer> {
    let settings = r#"{"lr": 0.2, "momentum": 0.5, "dampening": 0.0, "nesterov": false, "weight_decay": 0.0}"#;
    let chosen = Chosen {
        name: "sgd".into(),
        settings: serde_json::from_str(settings).unwrap(),
    };
    (optim::find("sgd").unwrap().build)(&chosen, 3).unwrap()
}

#[test]
fn rates_and_the_training_that_follows_them_agree_with_pytorch() {
    let figures = figures();
    let base_lr = figures["base_lr"].as_f64().unwrap();
    let horizon = Horizon {
        epochs: 12,
        steps_per_epoch: 3,
    };
    let mut seen = std::collections::BTreeSet::from(["reduce_on_plateau".to_owned()]);
    for case in figures["schedules"].as_array().unwrap() {
        let chosen = chosen(case["name"].as_str().unwrap(), &case["settings"]);
        let what = format!("{} {}", case["name"], case["settings"]);
        let schedule = Schedule::new(&chosen, base_lr, &horizon).unwrap_or_else(|error| panic!("{what}: {error}"));
        let mut optimizer = sgd_with_momentum();
        let mut parameters = [0.0f32, 2.0, -1.0];
        let lrs = floats(&case["lr"]);
        assert_eq!(lrs.len(), 36);
        for (i, position) in positions(horizon).enumerate() {
            let lr = schedule.lr(position);
            assert!(
                (lr - lrs[i]).abs() <= 1e-6 * lrs[i] + 1e-12,
                "{what}, step {i}: {lr}, PyTorch {}",
                lrs[i]
            );
            let gradient: Vec<f32> = parameters
                .iter()
                .zip([0.1, 0.5, 1.0])
                .map(|(p, c)| c * (p - 1.0))
                .collect();
            optimizer.step(lr, 1.0, &mut parameters, &gradient);
            for (ours, theirs) in parameters.iter().zip(floats(&case["parameters"][i])) {
                assert!(
                    (f64::from(*ours) - theirs).abs() <= 1e-6,
                    "{what}, step {i}: {ours}, PyTorch {theirs}"
                );
            }
        }
        seen.insert(chosen.name);
    }
    let registered = SCHEDULERS.iter().map(|def| def.section.name.to_owned()).collect();
    assert_eq!(seen, registered, "every schedule has figures");
}

#[test]
fn plateaus_agree_with_pytorch_also_when_resumed_after_every_epoch() {
    let figures = figures();
    let metric = floats(&figures["metric"]);
    let horizon = Horizon {
        epochs: metric.len() as u64,
        steps_per_epoch: 2,
    };
    for case in figures["plateau"].as_array().unwrap() {
        let chosen = chosen("reduce_on_plateau", &case["settings"]);
        let mut schedule = Schedule::new(&chosen, 0.2, &horizon).unwrap();
        for (epoch, (&value, after)) in metric.iter().zip(floats(&case["lr_after"])).enumerate() {
            schedule.observe(epoch as u64, Some(value));
            let saved = serde_json::to_string(&schedule.state()).unwrap();
            schedule = Schedule::new(&chosen, 0.2, &horizon).unwrap();
            schedule.restore(&serde_json::from_str(&saved).unwrap()).unwrap();
            let lr = schedule.lr(Position {
                epoch: epoch as u64 + 1,
                step: 0,
            });
            assert!(
                (lr - after).abs() <= 1e-6 * after,
                "{}, epoch {epoch}: {lr}, PyTorch {after}",
                case["settings"]
            );
        }
    }
}

#[test]
fn a_plateau_knows_which_way_its_metric_goes_and_waits_for_the_warmup() {
    let horizon = Horizon {
        epochs: 10,
        steps_per_epoch: 4,
    };
    let after_rising = |written: Value| {
        let mut schedule = Schedule::new(&chosen("reduce_on_plateau", &written), 1.0, &horizon).unwrap();
        (0..4).for_each(|epoch| schedule.observe(epoch, Some(epoch as f64)));
        schedule.lr(Position { epoch: 4, step: 0 })
    };
    assert_eq!(
        after_rising(json!({"patience": 0, "factor": 0.5, "monitor": "val_accuracy"})),
        1.0
    );
    assert_eq!(after_rising(json!({"patience": 0, "factor": 0.5})), 0.125);
    assert_eq!(after_rising(json!({"patience": 0, "factor": 0.5, "mode": "max"})), 1.0);
    assert_eq!(
        after_rising(json!({"patience": 0, "factor": 0.5, "warmup_epochs": 2})),
        0.5
    );
    let mut silent = Schedule::new(&chosen("reduce_on_plateau", &json!({"patience": 0})), 1.0, &horizon).unwrap();
    (0..4).for_each(|epoch| silent.observe(epoch, None));
    assert_eq!(silent.lr(Position { epoch: 4, step: 0 }), 1.0);
    (4..6).for_each(|epoch| silent.observe(epoch, Some(f64::NAN)));
    assert!(silent.lr(Position { epoch: 6, step: 0 }) < 1.0);
    let error = silent.restore(&json!({"lr": "much"})).unwrap_err();
    assert_eq!(error.exit_code(), 7);
    assert_eq!(
        schedule::monitored(&chosen("reduce_on_plateau", &json!({}))),
        Some("val_loss")
    );
    assert_eq!(schedule::monitored(&chosen("constant", &json!({}))), None);
}

#[test]
fn warmup_rises_to_where_the_schedule_begins() {
    let horizon = Horizon {
        epochs: 4,
        steps_per_epoch: 10,
    };
    let schedule = |name: &str, written: Value| Schedule::new(&chosen(name, &written), 1.0, &horizon).unwrap();
    let warm = schedule(
        "linear",
        json!({"start_factor": 0.5, "warmup_steps": 4, "warmup_start_factor": 0.2}),
    );
    let lr = |schedule: &Schedule, epoch, step| schedule.lr(Position { epoch, step });
    assert!((lr(&warm, 0, 0) - 0.1).abs() < 1e-12 && (lr(&warm, 0, 2) - 0.3).abs() < 1e-12);
    // Half an epoch of warmup: the schedule waits at its start for the next epoch.
    let half = schedule("step", json!({"step_size": 1, "gamma": 0.5, "warmup_epochs": 0.5}));
    assert_eq!(
        [lr(&half, 0, 5), lr(&half, 0, 9), lr(&half, 1, 0), lr(&half, 2, 0)],
        [1.0, 1.0, 1.0, 0.5]
    );
    let cycle = schedule(
        "one_cycle",
        json!({"max_lr": 0.5, "div_factor": 5.0, "warmup_steps": 10}),
    );
    assert!((lr(&cycle, 0, 0) - 0.01).abs() < 1e-12 && (lr(&cycle, 1, 0) - 0.1).abs() < 1e-12);
    assert_eq!(Schedule::constant(0.3).lr(Position { epoch: 7, step: 7 }), 0.3);
}

fn messages(name: &str, written: Value, horizon: Horizon) -> Vec<String> {
    shown(schedule::problems(&chosen(name, &written), 0.1, &horizon))
}

fn told(name: &str, written: &Value, horizon: Horizon) -> Vec<String> {
    shown(schedule::told(&chosen(name, written), 0.1, &horizon))
}

fn shown(problems: Vec<Problem>) -> Vec<String> {
    problems
        .into_iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message))
        .collect()
}

#[test]
fn what_lasts_longer_than_the_training_is_told_and_does_nothing_there() {
    let horizon = Horizon {
        epochs: 10,
        steps_per_epoch: 5,
    };
    let cases = [
        (
            "cosine_annealing",
            json!({"t_max": 11}),
            "t_max: 11 is longer than the 10 epochs of training: the rate does not fall to eta_min",
        ),
        (
            "cosine_annealing",
            json!({"t_max": 10, "warmup_epochs": 1}),
            "t_max: 10 is longer than the 9 epochs after the warmup: the rate does not fall to eta_min",
        ),
        (
            "polynomial",
            json!({"total_iters": 51, "interval": "step"}),
            "total_iters: 51 is longer than the 50 steps of training: the rate does not fall to 0",
        ),
        (
            "linear",
            json!({"total_iters": 11}),
            "total_iters: 11 is longer than the 10 epochs of training: the rate does not come to end_factor",
        ),
        (
            "cosine_annealing_warm_restarts",
            json!({"t_0": 12}),
            "t_0: 12 is longer than the 10 epochs of training: the first cycle does not end",
        ),
        (
            "step",
            json!({"step_size": 30}),
            "step_size: 30 is never reached in the 10 epochs of training: the rate does not drop there",
        ),
        (
            "multistep",
            json!({"milestones": [3, 20, 10]}),
            "milestones: 10 is never reached in the 10 epochs of training: the rate does not drop there",
        ),
        (
            "constant",
            json!({"warmup_epochs": 10}),
            "warmup_epochs: the warmup of 50 steps takes the whole training (10 × 5 steps): constant never begins",
        ),
        (
            "constant",
            json!({"warmup_steps": 1_000_000_000_000u64}),
            "warmup_steps: the warmup of 1000000000000 steps takes the whole training (10 × 5 steps): constant never begins",
        ),
    ];
    let plateau = (
        "reduce_on_plateau",
        json!({"patience": 8}),
        "patience: more than 8 epochs without improvement do not fit into the 10 epochs of training: the rate never drops",
    );
    for (name, written, message) in cases.into_iter().chain([plateau]) {
        assert_eq!(told(name, &written, horizon), [message]);
        assert_eq!(messages(name, written.clone(), horizon), [""; 0]);
        assert!(Schedule::new(&chosen(name, &written), 0.1, &horizon).is_ok());
    }
    // A short try of a long schedule is its beginning.
    let lr = |name, written, epochs, epoch| {
        let horizon = Horizon { epochs, ..horizon };
        let schedule = Schedule::new(&chosen(name, &written), 0.1, &horizon).unwrap();
        schedule.lr(Position { epoch, step: 0 })
    };
    for (name, written) in [
        ("multistep", json!({"milestones": [1, 30]})),
        ("cosine_annealing", json!({"t_max": 100})),
        ("linear", json!({"total_iters": 50})),
        ("polynomial", json!({"total_iters": 50, "warmup_epochs": 3})),
    ] {
        for epoch in 0..2 {
            assert_eq!(
                lr(name, written.clone(), 2, epoch),
                lr(name, written.clone(), 100, epoch),
                "{name}"
            );
        }
    }
    // The warmup goes up to the first rate of a cycle, also where the cycle never begins.
    let cycle = json!({"max_lr": 0.5, "div_factor": 5.0, "warmup_epochs": 4, "warmup_start_factor": 1.0});
    assert!((lr("one_cycle", cycle, 2, 1) - 0.1).abs() < 1e-12);
    for (name, written) in [
        ("cosine_annealing", json!({"t_max": 10})),
        ("cosine_annealing", json!({"t_max": 50, "interval": "step"})),
        ("multistep", json!({"milestones": [1, 9]})),
        ("constant", json!({"warmup_epochs": 9})),
        ("constant", json!({"warmup_epochs": 9.5})),
        ("cosine_annealing", json!({"warmup_epochs": 9.5})),
        ("reduce_on_plateau", json!({"patience": 7})),
    ] {
        assert_eq!(told(name, &written, horizon), [""; 0]);
        assert_eq!(messages(name, written, horizon), [""; 0]);
    }
}

#[test]
fn combinations_that_cannot_be_are_refused() {
    let horizon = Horizon {
        epochs: 10,
        steps_per_epoch: 5,
    };
    for (name, written, message) in [
        (
            "constant",
            json!({"warmup_epochs": 1, "warmup_steps": 3}),
            "warmup_steps: the length of the warmup is given twice",
        ),
        (
            "one_cycle",
            json!({"max_lr": 1, "interval": "epoch"}),
            "interval: one_cycle goes by the step only",
        ),
        (
            "reduce_on_plateau",
            json!({"interval": "step"}),
            "interval: reduce_on_plateau goes by the epoch only",
        ),
        (
            "cosine_annealing",
            json!({"eta_min": 0.2}),
            "eta_min: eta_min is 0.2, above the optimizer's learning rate of 0.1",
        ),
        (
            "reduce_on_plateau",
            json!({"min_lr": 0.2}),
            "min_lr: min_lr is 0.2, above the optimizer's learning rate of 0.1",
        ),
    ] {
        assert_eq!(messages(name, written, horizon), [message]);
    }
    let unknown = Chosen {
        name: "cosine".into(),
        settings: Settings::new(),
    };
    let problems = schedule::problems(&unknown, 0.1, &horizon);
    assert!(
        problems[0]
            .help
            .as_deref()
            .is_some_and(|help| help.contains("cosine_annealing"))
    );
}

/// Settings for the fields that have no default.
fn required(name: &str) -> Value {
    match name {
        "step" => json!({"step_size": 1}),
        "multistep" => json!({"milestones": [1]}),
        "exponential" => json!({"gamma": 0.5}),
        "cosine_annealing_warm_restarts" => json!({"t_0": 1, "t_mult": 2}),
        "one_cycle" => json!({"max_lr": 0.1}),
        _ => json!({}),
    }
}

#[test]
fn rates_are_finite_and_never_negative_for_any_length_of_training() {
    let lengths = [0, 1, 2, 3, 7, 1_000_000, u64::MAX];
    for def in SCHEDULERS {
        assert!(!def.section.doc.is_empty() && def.section.fields.iter().all(|field| field.doc.ends_with('.')));
        for (&epochs, &steps_per_epoch) in lengths.iter().flat_map(|e| lengths.iter().map(move |s| (e, s))) {
            for interval in def.intervals {
                let mut written = required(def.section.name);
                written["interval"] = match interval {
                    Interval::Epoch => json!("epoch"),
                    Interval::Step => json!("step"),
                };
                let horizon = Horizon {
                    epochs,
                    steps_per_epoch,
                };
                let Ok(schedule) = Schedule::new(&chosen(def.section.name, &written), 0.1, &horizon) else {
                    continue;
                };
                for (epoch, step) in [(0, 0), (0, 1), (1, 0), (epochs, steps_per_epoch), (u64::MAX, u64::MAX)] {
                    let lr = schedule.lr(Position { epoch, step });
                    assert!(
                        (0.0..=0.1 + 1e-12).contains(&lr),
                        "{} {horizon:?} {epoch} {step}: {lr}",
                        def.section.name
                    );
                }
            }
        }
    }
}
