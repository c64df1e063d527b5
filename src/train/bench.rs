//! How long a training step takes: one batch, learnt again and again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use runner_data::loader::Order;
use runner_ground::error::Result;
use runner_ground::files::machine;
use runner_ground::random::{Key, Purpose};
use runner_kernel::team;
use runner_optim::schedule::Position;
use runner_task::{At, First, Setup, Trained};

/// Steps before any is timed: buffers are allocated, caches filled, threads awake.
const WARM_UP: u64 = 5;
/// Steps that are timed at least.
const FEWEST: usize = 10;

/// Times of training steps: forward, loss, backward and update; the batch is there already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    /// Steps that were timed.
    pub steps: usize,
    /// Samples of a step.
    pub samples: usize,
    /// Half of the steps took no longer.
    pub median_ms: f64,
    /// The fastest step.
    pub fastest_ms: f64,
    /// Threads that computed.
    pub threads: usize,
    /// The most memory that the process has had, in bytes; none where the system does not say.
    pub peak_memory: Option<u64>,
}

/// Times the steps of a task for this many seconds.
///
/// # Errors
/// When a step fails.
pub(super) fn bench(setup: &Setup<'_>, task: &mut dyn Trained, seconds: f64, stop: &AtomicBool) -> Result<Bench> {
    let (recipe, dataset) = (setup.recipe, setup.dataset);
    let key = Key::new(recipe.seed);
    let order = Order::Shuffled {
        key: key.purpose(Purpose::Shuffle),
    };
    let loader = dataset.loader(&dataset.train, recipe.trainer.batch_size, order)?;
    let mut epoch = loader.epoch(0, 0);
    let mut times = Vec::new();
    let mut samples = 0;
    if let Some(batch) = epoch.next_batch() {
        samples = batch.len();
        let length = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let mut start = Instant::now();
        let mut step = 0;
        while (start.elapsed() < length || times.len() < FEWEST) && !stop.load(Ordering::Relaxed) {
            let at = At {
                position: Position { epoch: 0, step: 0 },
                key: key.purpose(Purpose::Dropout).at(step),
                first: First::Yes,
            };
            let before = Instant::now();
            task.learn(batch, &at)?;
            task.update(&at)?;
            if step >= WARM_UP {
                times.push(before.elapsed().as_secs_f64() * 1e3);
            } else {
                start = Instant::now();
            }
            step += 1;
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(Bench {
        steps: times.len(),
        samples,
        median_ms: times.get(times.len() / 2).copied().unwrap_or(f64::NAN),
        fastest_ms: times.first().copied().unwrap_or(f64::NAN),
        threads: team::threads(),
        peak_memory: machine::peak_memory(),
    })
}
