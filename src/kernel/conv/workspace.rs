//! Room for one sample, kept by each thread, so that a steady step allocates nothing.

use std::cell::Cell;

use super::super::lines::{LINE, from_line, whole_lines};

thread_local! {
    /// Taken while in use, so that a convolution inside a convolution would make its own.
    static ROOM: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// Calls `f` with slices of these lengths, each from a cache line on. Their numbers are whatever they were.
pub(super) fn with_workspace<const N: usize>(lengths: [usize; N], f: impl FnOnce([&mut [f32]; N])) {
    let mut room = ROOM.take();
    let needed = lengths.iter().map(|&length| whole_lines(length)).sum::<usize>() + LINE;
    if room.len() < needed {
        room.resize(needed, 0.0);
    }
    let mut rest = from_line(&mut room);
    f(lengths.map(|length| {
        let (part, after) = std::mem::take(&mut rest).split_at_mut(whole_lines(length));
        rest = after;
        &mut part[..length]
    }));
    ROOM.set(room);
}
