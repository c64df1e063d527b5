//! Gated recurrent units (Cho et al., 2014), in the form of cuDNN and PyTorch.

use dfdx::prelude::*;

use super::def::LayerDef;
use super::recurrent::cell::{Cell, Matrix2, Part, Step, StepBack, activate, block, blocks, blocks_mut};
use super::recurrent::def::{BIAS, BIDIRECTIONAL, DROPOUT, HIDDEN_SIZE, NUM_LAYERS, OUTPUT, lower};
use runner_declare::Section;
use runner_kernel::math::{sigmoid, tanh};

/// `r, z = σ(W x + b + U h + d)`, `n = tanh(W x + b + r (U h + d))`, each with its own rows of the weights in the
/// order r, z, n; `h' = (1 - z) n + z h` (`torch.nn.GRU`).
///
/// ```
/// use runner_nn::{Layer, gru::Gru, linear::WithBias, recurrent::{All, Recurrent}};
/// type Net = Recurrent<Gru, 128, 64, 256, 256, 1, WithBias, All>;
/// assert_eq!(Net::PARAMETERS, 3 * 256 * (64 + 256 + 2));
/// ```
pub struct Gru;

impl Cell for Gru {
    const GATES: usize = 3;
    /// r, z, n, and what r scales.
    const KEPT: usize = 4;
    const MEMORY: usize = 0;
    const HIDDEN: &'static [Part] = &[
        Part {
            from: 0,
            blocks: 2,
            to: 0,
        },
        Part {
            from: 2,
            blocks: 1,
            to: 3,
        },
    ];

    #[inline(always)]
    fn forward<const H: usize>(step: Step<'_>) {
        let [r, z, n, scaled] = blocks_mut::<4, H>(step.kept);
        let [add_r, add_z, add_n] = blocks::<3, H>(step.add);
        let [bias] = blocks::<1, H>(step.hidden_bias);
        let [before] = blocks::<1, H>(step.before);
        let [hidden] = blocks_mut::<1, H>(step.hidden);
        if !step.projected {
            n.fill(0.0);
        }
        activate(r, add_r, sigmoid);
        activate(z, add_z, sigmoid);
        for j in 0..H {
            scaled[j] += bias[j];
        }
        for j in 0..H {
            n[j] = tanh(n[j] + add_n[j] + r[j] * scaled[j]);
        }
        for j in 0..H {
            hidden[j] = (1.0 - z[j]) * n[j] + z[j] * before[j];
        }
    }

    #[inline(always)]
    fn backward<const H: usize>(step: StepBack<'_>) {
        let [r, z, n, scaled] = blocks_mut::<4, H>(step.kept);
        let [before] = blocks::<1, H>(step.before);
        let [dhidden] = blocks_mut::<1, H>(step.dhidden);
        for j in 0..H {
            let dh = dhidden[j];
            let dn = dh * (1.0 - z[j]) * (1.0 - n[j] * n[j]);
            let dz = dh * (before[j] - n[j]);
            let dr = dn * scaled[j];
            dhidden[j] = dh * z[j];
            scaled[j] = dn * r[j];
            n[j] = dn;
            r[j] = dr * r[j] * (1.0 - r[j]);
            z[j] = dz * z[j] * (1.0 - z[j]);
        }
    }

    fn reference<D: Device<f32>, T: Tape<f32, D>>(
        hidden: usize,
        given: [&Matrix2<D, NoneTape>; 2],
        before: [&Matrix2<D, NoneTape>; 2],
    ) -> Result<[Matrix2<D, T>; 2], D::Err> {
        let part = |side: usize, index| block::<D, T>(given[side], index, hidden);
        let gate = |index| part(0, index)?.try_add(part(1, index)?)?.try_sigmoid();
        let new = part(0, 2)?.try_add(gate(0)?.try_mul(part(1, 2)?)?)?.try_tanh()?;
        // (1 - z) n + z h = n + z (h - n)
        let step = new
            .with_empty_tape()
            .try_negate()?
            .try_add(before[0].clone())?
            .try_mul(gate(1)?)?;
        Ok([new.try_add(step)?, before[1].retaped::<T>()])
    }
}

/// `gru: 256`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "gru",
        doc: "Gated recurrent units over a sequence (torch.nn.GRU with batch_first).",
        fields: &[HIDDEN_SIZE, NUM_LAYERS, BIAS, DROPOUT, BIDIRECTIONAL, OUTPUT],
        shorthand: Some("hidden_size"),
    },
    lower: |layer, input| lower(&DEF, "gru::Gru", 3, layer, input),
};
