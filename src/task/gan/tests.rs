//! Steps against PyTorch (tests/peers/making.py).

use super::*;
use crate::First;
use crate::trial::{Case, Trial, close, figures};
use runner_nn::leaky_relu::LeakyReLU;
use runner_nn::linear::{Identity, Linear, WithBias};
use runner_nn::tanh::Tanh;
use runner_nn::{Chain, Fused};

type Generator<const I: usize> = Chain<Linear<I, 5, WithBias, LeakyReLU>, Linear<5, 4, WithBias, Tanh>>;
type Discriminator<const I: usize> = Chain<Linear<I, 6, WithBias, LeakyReLU>, Linear<6, 1, WithBias, Identity>>;

const HEAD: &str = "task: gan\nlatent_dim: 3\ngenerator: [{linear: 5}, {leaky_relu: 0.2}, {linear: 4}, tanh]\n\
                    discriminator: [{linear: 6}, {leaky_relu: 0.2}, {linear: 1}]\n";

fn gan(settings: &str) -> Gan {
    let trial = Trial::new(&format!("{HEAD}trainer: {{batch_size: 6}}\n{settings}"), "symmetric");
    let setup = trial.setup();
    if settings.contains("conditional") {
        Gan::new::<Fused<Generator<6>>, Fused<Discriminator<7>>>(&setup).unwrap()
    } else {
        Gan::new::<Fused<Generator<3>>, Fused<Discriminator<4>>>(&setup).unwrap()
    }
}

#[test]
fn steps_agree_with_pytorch() {
    for case in figures("gan") {
        let Case {
            name,
            settings,
            initial,
            steps,
        } = case;
        let mut task = gan(&settings);
        task.steps_per_epoch = 100;
        task.import(&initial.tensors()).unwrap();
        assert!(steps.len() >= 20);
        for (index, step) in (0..).zip(steps) {
            let (batch, at) = step.batches(index, 100).pop().unwrap();
            assert_eq!(at.first, First::Yes);
            task.train = Totals::default();
            task.learn(&batch, &at).unwrap();
            task.update(&at).unwrap();
            let losses = [task.train.discriminator_loss(), task.train.generator_loss()].map(|x| x as f32);
            // In some steps the generator is not judged.
            close(&name, index, &losses[..step.losses.len()], &step.losses, 3e-6);
            let after = [&task.generator, &task.discriminator].map(|one| one.engine.parameters());
            close(&name, index, &after.concat(), &step.after, 2e-5);
        }
    }
}
