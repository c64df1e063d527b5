//! Room for one sample, kept by each thread, so that a steady step allocates nothing.

use std::cell::Cell;

thread_local! {
    /// Taken while in use, so that a convolution inside a convolution would make its own.
    static ROOM: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// Calls `f` with slices of these lengths. Their numbers are whatever they were.
pub(super) fn with_workspace<const N: usize>(lengths: [usize; N], f: impl FnOnce([&mut [f32]; N])) {
    let mut room = ROOM.take();
    let needed = lengths.iter().sum();
    if room.len() < needed {
        room.resize(needed, 0.0);
    }
    let mut rest = room.as_mut_slice();
    f(lengths.map(|length| {
        let (part, after) = std::mem::take(&mut rest).split_at_mut(length);
        rest = after;
        part
    }));
    ROOM.set(room);
}
