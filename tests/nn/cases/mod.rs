//! The one table of layers: a row says a layer's type, under its name in recipes, for sizes that include 1 and odd
//! ones. Every test of all layers goes through all rows.

mod activations;
mod blocks;
mod convolutions;
mod images;
mod linear;
mod norms;
mod sequences;
mod series;
mod subject;

pub use subject::Subject;

use dfdx::prelude::Cpu;
use runner::nn::Reference;

/// A row.
pub struct Case {
    /// What recipes call the layer.
    pub layer: &'static str,
    /// Its hyperparameters.
    pub hyperparameters: &'static [f64],
    /// Under which name `tests/figures/layers.json` has what PyTorch computes.
    pub figures: Option<&'static str>,
    /// Whether its gradients are slopes of what it computes.
    pub slopes: bool,
    /// What can be done with its type.
    pub subject: Box<dyn Subject>,
}

impl Case {
    /// Its type, for messages.
    pub fn name(&self) -> String {
        format!("{} {:?}", self.subject.name(), self.hyperparameters)
    }
}

/// A layer of this type.
fn case<N: Reference<Cpu> + 'static>(layer: &'static str, hyperparameters: &'static [f64]) -> Case {
    Case {
        layer,
        hyperparameters,
        figures: None,
        slopes: true,
        subject: subject::of::<N>(),
    }
}

/// A layer of this type of which there are figures of PyTorch, with these hyperparameters.
fn torch<N: Reference<Cpu> + 'static>(
    layer: &'static str,
    hyperparameters: &'static [f64],
    figures: &'static str,
) -> Case {
    Case {
        figures: Some(figures),
        ..case::<N>(layer, hyperparameters)
    }
}

/// A layer with a row of padding, which is read and not learnt: its gradient is 0 and no slope.
fn padded(case: Case) -> Case {
    Case { slopes: false, ..case }
}

/// All rows.
pub fn all() -> Vec<Case> {
    let families = [
        linear::cases(),
        convolutions::cases(),
        activations::cases(),
        norms::cases(),
        images::cases(),
        blocks::cases(),
        sequences::cases(),
        series::cases(),
    ];
    families.into_iter().flatten().collect()
}

/// Does this with every row, on two threads.
pub fn each(act: impl Fn(&Case) + Sync) {
    let cases = all();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            act(case);
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        work();
        if let Err(panic) = other.join() {
            std::panic::resume_unwind(panic);
        }
    });
}
