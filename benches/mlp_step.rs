//! One training step of the MNIST perceptron: 784-512-128-10, ReLU, cross-entropy, adam, batch 64.
//!
//! Prints one JSON line with the median time of a step, as its peer (benches/peers/mlp_step.py) does;
//! benches/compare.py runs the two in turn. `THREADS` and `SECONDS` come from the environment, and
//! `PARTS=1` adds a line that says where the time goes.
//!
//! Layers are generic and compiled into the program that names them, so the real speed is that of a
//! program built for the machine at hand: `RUSTFLAGS="-C target-cpu=native" cargo bench --bench mlp_step`.

use std::time::{Duration, Instant};

use runner::loss::{LOSSES, Target};
use runner::nn::engine::NetworkConfig;
use runner::nn::layer::Accumulate;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::{Chain, Engine, Fused, Mode, Network, Pass};
use runner::optim::{OPTIMIZERS, Optimizer};
use runner::random::{Key, Purpose};
use runner::spec::Chosen;
use serde_json::json;

type Net = Chain<
    Chain<Linear<784, 512, WithBias, ReLU>, Linear<512, 128, WithBias, ReLU>>,
    Linear<128, 10, WithBias, Identity>,
>;

const BATCH: usize = 64;

fn main() {
    let threads = environment("THREADS", 2.0) as usize;
    let seconds = environment("SECONDS", 3.0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    // The loop runs inside the pool, as the trainer's does.
    let times = pool
        .expect("threads start")
        .install(|| measure(Duration::from_secs_f64(seconds)));
    let sorted = |part: usize| {
        let mut column: Vec<f64> = times.iter().map(|step| step[part]).collect();
        column.sort_by(f64::total_cmp);
        column
    };
    let median = |part: usize| sorted(part)[times.len() / 2];
    let line = json!({
        "name": "mlp_step", "threads": threads, "steps": times.len(),
        "median_ms": median(4), "fastest_ms": sorted(4)[0],
    });
    println!("{line}");
    if environment("PARTS", 0.0) > 0.0 {
        let [forward, loss, backward, optimizer] = [0, 1, 2, 3].map(median);
        println!(
            "{}",
            json!({"forward": forward, "loss": loss, "backward": backward, "optimizer": optimizer})
        );
    }
}

fn environment(name: &str, otherwise: f64) -> f64 {
    let given = std::env::var(name).ok().and_then(|text| text.parse().ok());
    given.unwrap_or(otherwise)
}

/// Milliseconds of each step: forward, loss, backward, optimizer, all.
fn measure(length: Duration) -> Vec<[f64; 5]> {
    let config = NetworkConfig {
        hyperparameters: vec![],
        seed: 1,
        max_batch: BATCH,
    };
    let mut net = Fused::<Net>::new(&config).expect("the network is made");
    let mut adam = adam(net.parameters().len());
    let cross_entropy = cross_entropy();
    let key = Key::new(1).purpose(Purpose::Generate);
    let x: Vec<f32> = (0..(BATCH * 784) as u64).map(|i| key.uniform(i)).collect();
    let classes: Vec<u32> = (0..BATCH as u32).map(|i| i % 10).collect();
    let mut gradient = vec![0.0; BATCH * 10];

    let mut times = Vec::new();
    let start = Instant::now();
    while start.elapsed() < length || times.len() < 20 {
        let pass = Pass {
            mode: Mode::Train,
            batch: BATCH,
            key: key.at(times.len() as u64),
        };
        let mut clock = Clock::start();
        let y = net.forward(&pass, &x).expect("it fits");
        let forward = clock.lap();
        cross_entropy.backward(y, Target::Classes(&classes), None, &mut gradient);
        let loss = clock.lap();
        net.backward(&pass, Accumulate::Replace, &x, &mut gradient, None)
            .expect("it fits");
        let backward = clock.lap();
        let (parameters, gradients) = net.parameters_and_gradients();
        adam.step(1e-3, 1.0, parameters, gradients);
        let optimizer = clock.lap();
        times.push([
            forward,
            loss,
            backward,
            optimizer,
            forward + loss + backward + optimizer,
        ]);
    }
    times
}

struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        let lap = (now - self.0).as_secs_f64() * 1e3;
        self.0 = now;
        lap
    }
}

fn adam(parameters: usize) -> Box<dyn Optimizer> {
    let settings = json!({"lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0, "amsgrad": false});
    let chosen = chosen("adam", settings);
    let def = OPTIMIZERS.iter().find(|def| def.section.name == chosen.name);
    (def.expect("adam is there").build)(&chosen, parameters).expect("the settings are right")
}

fn cross_entropy() -> Box<dyn runner::loss::Loss> {
    let chosen = chosen("cross_entropy", json!({"label_smoothing": 0.0}));
    let def = LOSSES.iter().find(|def| def.section.name == chosen.name);
    (def.expect("cross_entropy is there").build)(&chosen, 10).expect("the settings are right")
}

fn chosen(name: &str, settings: serde_json::Value) -> Chosen {
    serde_json::from_value(json!({"name": name, "settings": settings})).expect("a name and settings")
}
