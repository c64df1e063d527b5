//! Every layer's fused path against its reference through dfdx, over random batches; every gradient against finite
//! differences; no allocation, and the same bytes on any number of threads.

use crate::cases::{Case, all, each};
use crate::support::layers::{Given, assert_near, assert_same, numbers, pass};
use dfdx::shapes::Rank3;
use proptest::prelude::*;
use runner::kernel::team::Team;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::engine::NetworkConfig;
use runner::nn::flatten::Flatten;
use runner::nn::layer::Accumulate;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::linear::{Linear, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::{Chain, Engine, Fused, LAYERS, Mode, Network};
use runner::random::Key;

/// The fused path of a layer against its reference, in training and in evaluation.
fn check(case: &Case, batch: usize, seed: u64) {
    let subject = &case.subject;
    let mut given = subject.given(batch, seed, case.hyperparameters);
    let name = format!("{}, batch {batch}, seed {seed}", case.name());
    let fused = subject.fused(&given, Accumulate::Replace);
    assert_same(&name, &fused, &subject.reference(&given), 2e-5);
    given.pass.mode = Mode::Eval;
    let [ours, theirs] = [subject.outputs(&given), subject.reference(&given).y];
    assert_near(&format!("{name} y in evaluation"), &ours, &theirs, 2e-5);
}

/// The rows with figures have hyperparameters as people set them, with which a normalization of two samples magnifies
/// rounding; tests/nn/figures.rs compares them.
fn rows_of_any_batch(act: impl Fn(&Case) + Sync) {
    each(|case| {
        if case.figures.is_none() {
            act(case);
        }
    });
}

#[test]
fn fused_paths_are_their_references() {
    rows_of_any_batch(|case| [1, 2, 5, 64].into_iter().for_each(|batch| check(case, batch, 1)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_batch(batch in 1usize..70, seed in 0u64..1 << 32) {
        rows_of_any_batch(|case| check(case, batch, seed));
    }
}

#[test]
fn every_layer_of_the_registry_has_a_doc_and_a_row() {
    let cases = all();
    for def in LAYERS {
        let section = &def.section;
        let rows = cases.iter().filter(|case| case.layer == section.name);
        let (figures, any): (Vec<&Case>, Vec<&Case>) = rows.partition(|case| case.figures.is_some());
        assert!(!any.is_empty(), "{} has no row in tests/nn/cases", section.name);
        assert!(
            !figures.is_empty(),
            "{} has no row with figures of PyTorch",
            section.name
        );
        assert!(section.doc.len() > 20, "{} has no doc", section.name);
        let shorthand = section
            .shorthand
            .unwrap_or_else(|| section.fields.first().map_or("", |field| field.key));
        let declared = section.fields.iter().any(|field| field.key == shorthand);
        assert!(declared || section.fields.is_empty(), "{}: shorthand", section.name);
        for field in section.fields {
            assert!(!field.doc.is_empty(), "{}.{} has no doc", section.name, field.key);
        }
    }
}

/// Gradients against differences of `Σ y dy`, in f32: where the slopes to both sides differ, there is a kink, or several.
/// The step is as small as rounding permits; 2e-2 of the largest gradient is allowed.
fn slopes(name: &str, gradients: &[f32], sum: &mut dyn FnMut(usize, f32) -> f64) {
    let step = 3e-3f32;
    let scale = gradients.iter().fold(1.0f64, |scale, x| scale.max(f64::from(x.abs())));
    let looked_at = (0..gradients.len()).step_by(gradients.len() / 50 + 1);
    let (all, mut kinks) = (looked_at.len(), 0);
    for i in looked_at {
        let [before, at, after] = [-step, 0.0, step].map(|by| sum(i, by));
        let [left, right] = [(at - before) / f64::from(step), (after - at) / f64::from(step)];
        if (left - right).abs() > 2e-2 * scale {
            kinks += 1;
            continue;
        }
        let (ours, slope) = (f64::from(gradients[i]), (left + right) / 2.0);
        assert!(
            (ours - slope).abs() <= 2e-2 * scale,
            "{name}[{i}]: {ours}, the slope is {slope}"
        );
    }
    assert!(kinks * 2 <= all, "{name}: {kinks} kinks in {all} places");
}

#[test]
fn gradients_are_slopes() {
    each(|case| {
        let subject = &case.subject;
        let given = subject.given(5, 1, case.hyperparameters);
        let ours = subject.fused(&given, Accumulate::Replace);
        let at = |place: fn(&mut Given) -> &mut [f32], i: usize, by: f32| {
            let mut given = given.clone();
            place(&mut given)[i] += by;
            let y = subject.outputs(&given);
            y.iter()
                .zip(&given.dy)
                .map(|(&y, &dy)| f64::from(y) * f64::from(dy))
                .sum()
        };
        if case.slopes {
            let mut moved = |i, by| at(|given| &mut given.parameters, i, by);
            slopes(&format!("{} gradients", case.name()), &ours.gradients, &mut moved);
        }
        if subject.ids() == 0 {
            let mut moved = |i, by| at(|given| &mut given.x, i, by);
            slopes(&format!("{} dx", case.name()), &ours.dx, &mut moved);
        }
    });
}

#[test]
fn gradients_of_parameters_can_be_left_out() {
    each(|case| {
        for batch in [1, 5, 64] {
            let given = case.subject.given(batch, 1, case.hyperparameters);
            let dx = |accumulate| case.subject.fused(&given, accumulate).dx;
            assert_eq!(dx(Accumulate::Skip), dx(Accumulate::Replace), "{}", case.name());
        }
    });
}

#[test]
fn steps_allocate_nothing() {
    each(|case| {
        let given = case.subject.given(64, 1, case.hyperparameters);
        assert_eq!(case.subject.allocations(&given), 0, "{}", case.name());
    });
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let outcomes = |threads| {
        let team = Team::new(threads).expect("threads start");
        let outcome = |case: &Case| {
            let given = case.subject.given(67, 1, case.hyperparameters);
            case.subject.fused(&given, Accumulate::Replace)
        };
        team.install(|| all().iter().map(outcome).collect::<Vec<_>>())
    };
    let one = outcomes(1);
    for threads in [2, 8] {
        for ((case, one), many) in all().iter().zip(&one).zip(outcomes(threads)) {
            assert!(*one == many, "{} on {threads} threads", case.name());
        }
    }
}

#[test]
fn gradients_add_up_when_told_to() {
    type Net = Chain<
        Chain<BatchNorm<Rank3<1, 2, 3>>, Chain<LayerNorm<Rank3<1, 2, 3>>, Flatten<Rank3<1, 2, 3>, 6>>>,
        Linear<6, 4, WithBias, ReLU>,
    >;
    let config = NetworkConfig {
        hyperparameters: vec![1e-5, 0.1, 1e-5],
        seed: 1,
        max_batch: 3,
    };
    let mut net = Fused::<Net>::new(&config).expect("the hyperparameters fit");
    let x = numbers(Key::new(1), 18);
    let dy = numbers(Key::new(2), 12);
    let mut backward = |accumulate| {
        net.forward(&pass(3, 1), &x).expect("the CPU does not fail");
        net.backward(&pass(3, 1), accumulate, &x, &mut dy.clone(), None)
            .expect("the CPU does not fail");
        net.parameters_and_gradients().1.to_vec()
    };
    let once = backward(Accumulate::Replace);
    let twice: Vec<f32> = once.iter().map(|g| 2.0 * g).collect();
    assert_near("twice", &backward(Accumulate::Add), &twice, 1e-6);
    assert_eq!(backward(Accumulate::Replace), once);
}
