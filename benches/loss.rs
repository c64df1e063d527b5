//! Losses of one batch, forward and with gradients: `cargo bench --bench loss`.

use divan::Bencher;
use runner::data::Target;
use runner::declare::Chosen;
use runner::loss::{self, Loss};

fn main() {
    divan::main();
}

fn cross_entropy(classes: usize) -> Box<dyn Loss> {
    let settings = [("label_smoothing".to_owned(), 0.0.into())].into_iter().collect();
    let chosen = Chosen {
        name: "cross_entropy".into(),
        settings,
    };
    (loss::find("cross_entropy").expect("is registered").build)(&chosen, classes).expect("builds")
}

fn logits(n: usize) -> Vec<f32> {
    (0..n).map(|i| 3.0 * (i as f32).sin()).collect()
}

#[divan::bench(args = [(64, 10), (64, 1000)])]
fn cross_entropy_forward(bencher: Bencher, (batch, classes): (usize, usize)) {
    let (loss, outputs, targets) = (cross_entropy(classes), logits(batch * classes), vec![3; batch]);
    bencher.bench_local(|| loss.forward(&outputs, Target::Classes(&targets)));
}

#[divan::bench(args = [(64, 10), (64, 1000)])]
fn cross_entropy_backward(bencher: Bencher, (batch, classes): (usize, usize)) {
    let (loss, outputs, targets) = (cross_entropy(classes), logits(batch * classes), vec![3; batch]);
    let mut gradient = vec![0.0; outputs.len()];
    bencher.bench_local(|| loss.backward(&outputs, Target::Classes(&targets), None, &mut gradient));
}
