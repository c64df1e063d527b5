//! Steps against PyTorch (tests/peers/making.py), and slopes of the whole loss against differences.

use super::*;
use crate::First;
use crate::trial::{Case, Trial, close, figures};
use runner_nn::linear::{Identity, Linear, WithBias};
use runner_nn::tanh::Tanh;
use runner_nn::{Chain, Fused};

type Encoder = Chain<Linear<4, 6, WithBias, Tanh>, Linear<6, 4, WithBias, Identity>>;
type Decoder = Chain<Linear<2, 6, WithBias, Tanh>, Linear<6, 4, WithBias, Identity>>;

const HEAD: &str = "task: vae\nlatent_dim: 2\nencoder: [{linear: 6}, tanh, {linear: 4}]\n\
                    decoder: [{linear: 6}, tanh, {linear: 4}]\n";

fn vae(settings: &str) -> Vae {
    let trial = Trial::new(&format!("{HEAD}{settings}"), "none");
    Vae::new::<Fused<Encoder>, Fused<Decoder>>(&trial.setup()).unwrap()
}

fn weights(vae: &Vae) -> Vec<f32> {
    [&vae.encoder, &vae.decoder].map(|one| one.engine.parameters()).concat()
}

#[test]
fn steps_agree_with_pytorch() {
    for case in figures("vae") {
        let Case {
            name,
            settings,
            initial,
            steps,
        } = case;
        let mut task = vae(&settings);
        // An epoch of ten steps, as the warm-up has it.
        task.steps_per_epoch = 10;
        task.import(&initial.tensors()).unwrap();
        assert!(steps.len() >= 20);
        for (index, step) in (0..).zip(steps) {
            task.train = Sums::default();
            for (batch, at) in step.batches(index, 10) {
                task.learn(&batch, &at).unwrap();
                if at.first == First::Yes {
                    assert_eq!(task.group, batch.len() as f64);
                }
            }
            let (_, last) = step.batches(index, 10).pop().unwrap();
            task.update(&last).unwrap();
            close(&name, index, &[task.train.loss() as f32], &step.losses, 2e-6);
            close(&name, index, &weights(&task), &step.after, 3e-6);
        }
    }
}

#[test]
fn slopes_of_the_whole_loss_are_its_differences() {
    for settings in ["beta: 2\n", "reconstruction: mse\nbeta: 0.5\n"] {
        let mut task = vae(&format!("trainer: {{batch_size: 5}}\n{settings}"));
        let step = figures("vae").swap_remove(0).steps.swap_remove(0);
        let (batch, at) = step.batches(3, 10).swap_remove(0);
        task.learn(&batch, &at).unwrap();
        let slopes = |vae: &mut Vae| {
            let [encoder, decoder] = [&mut vae.encoder, &mut vae.decoder];
            let parts = [encoder, decoder].map(|one| one.engine.parameters_and_gradients().1.to_vec());
            parts.concat()
        };
        let found = slopes(&mut task);
        let first = task.encoder.engine.parameters().len();
        for (index, &slope) in found.iter().enumerate() {
            let mut at_distance = |distance: f32| {
                let (one, place) = if index < first {
                    (&mut task.encoder, index)
                } else {
                    (&mut task.decoder, index - first)
                };
                one.engine.parameters_and_gradients().0[place] += distance;
                task.train = Sums::default();
                task.learn(&batch, &at).unwrap();
                task.train.loss()
            };
            let step = 1.0 / 128.0;
            let difference = (at_distance(step) - at_distance(-2.0 * step)) / f64::from(2.0 * step);
            at_distance(step);
            // Rounded losses of about 10 over a step of 1/64, and the cube of the step.
            let slack = 1e-3 * difference.abs().max(1.0);
            assert!(
                (difference - f64::from(slope)).abs() < slack,
                "{index}: {slope} {difference}"
            );
        }
    }
}
