//! One fused pass of an update rule over flat buffers: vectorised for the CPU that runs it, and
//! divided over the thread pool when there is enough to do.
//!
//! A rule is a formula for one element. Rust never contracts `a * b + c` into a fused multiply-add,
//! and division and square root are correctly rounded everywhere, so the instruction set and the
//! division of the work change the speed and not one bit of the result.

use runner_kernel::team;
use runner_kernel::widest::widest;

use runner_ground::error::{Error, Kind, Result};

/// The update of one element: parameter, gradient and `N` numbers of state.
pub(super) trait Rule<const N: usize>: Sync {
    /// The new parameter and the new state.
    fn apply(&self, parameter: f32, gradient: f32, state: [f32; N]) -> (f32, [f32; N]);
}

/// Elements below which waking other threads costs more than it saves.
const PARALLEL: usize = 32 * 1024;
/// Elements that one task takes.
const TASK: usize = 16 * 1024;

/// Applies the rule to every element.
///
/// # Panics
/// When a buffer is not as long as the parameters.
pub(super) fn update<const N: usize>(
    rule: &impl Rule<N>,
    parameters: &mut [f32],
    gradients: &[f32],
    state: [&mut [f32]; N],
) {
    assert_eq!(parameters.len(), gradients.len(), "as many gradients as parameters");
    for buffer in &state {
        assert_eq!(
            parameters.len(),
            buffer.len(),
            "the optimizer was made for another network"
        );
    }
    if parameters.len() > PARALLEL && team::threads() > 1 {
        divide(rule, parameters, gradients, state);
    } else {
        run(rule, parameters, gradients, state);
    }
}

/// Halves the work until it fits a task.
fn divide<const N: usize>(rule: &impl Rule<N>, parameters: &mut [f32], gradients: &[f32], state: [&mut [f32]; N]) {
    if parameters.len() <= TASK {
        return run(rule, parameters, gradients, state);
    }
    let middle = parameters.len().div_ceil(TASK).div_ceil(2) * TASK;
    let (p0, p1) = parameters.split_at_mut(middle);
    let (g0, g1) = gradients.split_at(middle);
    let mut halves = state.map(|buffer| buffer.split_at_mut(middle));
    let s0 = halves.each_mut().map(|(low, _)| std::mem::take(low));
    let s1 = halves.map(|(_, high)| high);
    team::join(|| divide(rule, p0, g0, s0), || divide(rule, p1, g1, s1));
}

/// One piece on this thread, with the widest vectors that the CPU has.
fn run<const N: usize>(rule: &impl Rule<N>, parameters: &mut [f32], gradients: &[f32], mut state: [&mut [f32]; N]) {
    widest(
        #[inline(always)]
        || sweep(rule, parameters, gradients, state.each_mut().map(|state| &mut **state)),
    );
}

/// Plain indices into slices cut to one length: the form that the compiler turns into vectors for any
/// `N`, where iterators over blocks stay scalar (5 times slower for sgd).
#[inline(always)]
fn sweep<const N: usize>(rule: &impl Rule<N>, parameters: &mut [f32], gradients: &[f32], state: [&mut [f32]; N]) {
    let length = parameters.len();
    let gradients = &gradients[..length];
    let state = state.map(|buffer| &mut buffer[..length]);
    for i in 0..length {
        let (parameter, new) = rule.apply(parameters[i], gradients[i], std::array::from_fn(|k| state[k][i]));
        parameters[i] = parameter;
        for k in 0..N {
            state[k][i] = new[k];
        }
    }
}

/// A saved buffer of this name and length.
///
/// # Errors
/// When it is missing or has another length.
pub(super) fn saved(name: &str, length: usize, state: &dyn Fn(&str) -> Option<Vec<f32>>) -> Result<Vec<f32>> {
    let buffer =
        state(name).ok_or_else(|| Error::new(Kind::Run, format!("the checkpoint has no optimizer state '{name}'")))?;
    if buffer.len() == length {
        return Ok(buffer);
    }
    Err(Error::new(
        Kind::Run,
        format!(
            "optimizer state '{name}' in the checkpoint has {} numbers, the network has {length} parameters",
            buffer.len()
        ),
    )
    .help("the checkpoint belongs to another network; start a new run"))
}
