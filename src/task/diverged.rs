//! What a training that diverged says of itself.

use runner_ground::error::{Error, Kind};
use runner_optim::schedule::Position;

/// The error of a training whose loss or weights are no longer finite: `symptom` says which. `norms` are those
/// of each tensor and its gradient, as [`Learner::norms`](super::Learner::norms) gives them.
pub fn diverged(at: Position, symptom: &str, norms: &[(String, f64, f64)]) -> Error {
    let place = format!("epoch {}, step {}", at.epoch + 1, at.step + 1);
    let widest = norms.iter().map(|(name, ..)| name.len()).max().unwrap_or(0).max(9);
    let mut message = format!(
        "the training diverged: {symptom} in {place}\n  {:<widest$} {:>10} {:>12}",
        "norms", "weight", "gradient"
    );
    for (name, weight, gradient) in norms {
        message.push_str(&format!("\n  {name:<widest$} {weight:>10.3e} {gradient:>12.3e}"));
    }
    Error::new(Kind::Diverged, message)
        .help("try a smaller optimizer.lr, a warmup (lr_scheduler.warmup_epochs), or trainer.gradient_clip_norm: 1.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_stand_in_columns_whatever_their_names() {
        let norms = [
            ("0.weight".to_owned(), 1.0, f64::NAN),
            ("generator.12.weight".to_owned(), 2.0, 3.0),
        ];
        let error = diverged(Position { epoch: 1, step: 4 }, "the loss is NaN", &norms).to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert!(lines[0].ends_with("the loss is NaN in epoch 2, step 5"), "{error}");
        assert!(lines[1..4].iter().all(|line| line.len() == lines[1].len()), "{error}");
    }
}
