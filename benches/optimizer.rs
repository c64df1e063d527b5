//! Optimizer steps and the gradient norm over the parameters of a 784-512-256-10 network, with the bytes
//! they move: `cargo bench --bench optimizer`.

use divan::Bencher;
use divan::counter::BytesCount;
use runner::declare::{Chosen, Presence};
use runner::kernel::team::Team;
use runner::optim;

/// 784·512 + 512 + 512·256 + 256 + 256·10 + 10.
const PARAMETERS: usize = 535_818;

fn main() {
    divan::main();
}

fn defaults(name: &str) -> Chosen {
    let fields = optim::find(name).expect("is registered").section.fields;
    let settings = fields.iter().filter_map(|field| match field.presence {
        Presence::Default(json) => Some((field.key.to_owned(), serde_json::from_str(json).expect("is JSON"))),
        _ => None,
    });
    Chosen {
        name: name.to_owned(),
        settings: settings.collect(),
    }
}

fn team(threads: usize) -> Team {
    Team::new(threads).expect("threads start")
}

#[divan::bench(args = [("sgd", 1), ("adam", 1), ("adamw", 1), ("rmsprop", 1), ("adam", 2)])]
fn step(bencher: Bencher, (name, threads): (&str, usize)) {
    let mut optimizer = (optim::find(name).expect("is registered").build)(&defaults(name), PARAMETERS).expect("builds");
    let mut parameters = vec![0.1; PARAMETERS];
    let gradients: Vec<f32> = (0..PARAMETERS).map(|i| (i as f32).sin()).collect();
    // Read the gradients; read and write the parameters and each buffer of state.
    let bytes = 4 * PARAMETERS * (3 + 2 * optimizer.state().len());
    let team = team(threads);
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        team.install(|| optimizer.step(1e-3, 1.0, &mut parameters, &gradients));
    });
}

/// What the memory gives: a plain sum of two buffers into a third.
#[divan::bench]
fn bandwidth(bencher: Bencher) {
    let mut sums = vec![0.0f32; PARAMETERS];
    let terms = vec![0.5f32; PARAMETERS];
    bencher.counter(BytesCount::new(4 * PARAMETERS * 3)).bench_local(|| {
        for (sum, term) in sums.iter_mut().zip(&terms) {
            *sum += term;
        }
        divan::black_box(&sums);
    });
}

#[divan::bench(args = [1, 2])]
fn norm(bencher: Bencher, threads: usize) {
    let gradients = vec![0.5f32; PARAMETERS];
    let team = team(threads);
    bencher
        .counter(BytesCount::new(4 * PARAMETERS))
        .bench_local(|| team.install(|| optim::clip::norm(&gradients)));
}
