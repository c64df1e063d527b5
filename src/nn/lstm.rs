//! Long short-term memory (Hochreiter and Schmidhuber, 1997).

use dfdx::prelude::*;

use super::def::LayerDef;
use super::recurrent::cell::{Cell, Matrix2, Part, Step, StepBack, activate, block, blocks, blocks_mut};
use super::recurrent::def::{BIAS, BIDIRECTIONAL, DROPOUT, HIDDEN_SIZE, NUM_LAYERS, OUTPUT, lower};
use runner_declare::Section;
use runner_kernel::math::{sigmoid, tanh};

/// `i, f, o = σ(W x + b + U h + d)`, `g = tanh(W x + b + U h + d)`, each with its own rows of the weights in the
/// order i, f, g, o; `c' = f c + i g`, `h' = o tanh(c')` (`torch.nn.LSTM`).
///
/// ```
/// use runner_nn::{Layer, linear::WithBias, lstm::Lstm, recurrent::{All, Recurrent}};
/// type Net = Recurrent<Lstm, 128, 64, 256, 256, 1, WithBias, All>;
/// assert_eq!(Net::PARAMETERS, 4 * 256 * (64 + 256 + 2));
/// ```
pub struct Lstm;

impl Cell for Lstm {
    const GATES: usize = 4;
    const KEPT: usize = 4;
    const MEMORY: usize = 1;
    const HIDDEN: &'static [Part] = &[Part {
        from: 0,
        blocks: 4,
        to: 0,
    }];

    #[inline(always)]
    fn forward<const H: usize>(step: Step<'_>) {
        let [i, f, g, o] = blocks_mut::<4, H>(step.kept);
        let [add_i, add_f, add_g, add_o] = blocks::<4, H>(step.add);
        let [before] = blocks::<1, H>(step.memory_before);
        let [memory] = blocks_mut::<1, H>(step.memory);
        let [hidden] = blocks_mut::<1, H>(step.hidden);
        activate(i, add_i, sigmoid);
        activate(f, add_f, sigmoid);
        activate(g, add_g, tanh);
        activate(o, add_o, sigmoid);
        for j in 0..H {
            memory[j] = f[j] * before[j] + i[j] * g[j];
        }
        for j in 0..H {
            hidden[j] = o[j] * tanh(memory[j]);
        }
    }

    #[inline(always)]
    fn backward<const H: usize>(step: StepBack<'_>) {
        let [i, f, g, o] = blocks_mut::<4, H>(step.kept);
        let [before] = blocks::<1, H>(step.memory_before);
        let [memory] = blocks::<1, H>(step.memory);
        let [dhidden] = blocks_mut::<1, H>(step.dhidden);
        let [dmemory] = blocks_mut::<1, H>(step.dmemory);
        for j in 0..H {
            let seen = tanh(memory[j]);
            let dc = dmemory[j] + dhidden[j] * o[j] * (1.0 - seen * seen);
            let (di, df, dg) = (dc * g[j], dc * before[j], dc * i[j]);
            let d_o = dhidden[j] * seen;
            dmemory[j] = dc * f[j];
            dhidden[j] = 0.0;
            i[j] = di * i[j] * (1.0 - i[j]);
            f[j] = df * f[j] * (1.0 - f[j]);
            g[j] = dg * (1.0 - g[j] * g[j]);
            o[j] = d_o * o[j] * (1.0 - o[j]);
        }
    }

    fn reference<D: Device<f32>, T: Tape<f32, D>>(
        hidden: usize,
        given: [&Matrix2<D, NoneTape>; 2],
        before: [&Matrix2<D, NoneTape>; 2],
    ) -> Result<[Matrix2<D, T>; 2], D::Err> {
        let gate = |index| block::<D, T>(given[0], index, hidden)?.try_add(block::<D, T>(given[1], index, hidden)?);
        let kept = gate(1)?.try_sigmoid()?.try_mul(before[1].clone())?;
        let new = gate(0)?.try_sigmoid()?.try_mul(gate(2)?.try_tanh()?)?;
        let memory = kept.try_add(new)?;
        let seen = memory.with_empty_tape().try_tanh()?;
        Ok([gate(3)?.try_sigmoid()?.try_mul(seen)?, memory])
    }
}

/// `lstm: 256`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "lstm",
        doc: "Long short-term memory over a sequence (torch.nn.LSTM with batch_first).",
        fields: &[HIDDEN_SIZE, NUM_LAYERS, BIAS, DROPOUT, BIDIRECTIONAL, OUTPUT],
        shorthand: Some("hidden_size"),
    },
    lower: |layer, input| lower(&DEF, "lstm::Lstm", 4, layer, input),
};
