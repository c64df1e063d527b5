//! Sums over one row of outputs in `f64`, in lanes: as fast as vectors are, and always in the same order.

use runner_kernel::math::exp;

/// Running values within a row: element `i` belongs to lane `i % LANES`, whatever the row's length.
const LANES: usize = 8;

/// Sum of exp(z − top) over a row, without a place to keep the exponentials.
#[inline(always)]
pub(super) fn sum_of_exp(row: &[f32], top: f32) -> f64 {
    const PIECE: usize = 8 * LANES;
    let mut lanes = [0.0; LANES];
    let mut exps = [0.0; PIECE];
    for piece in row.chunks(PIECE) {
        let exps = &mut exps[..piece.len()];
        exps.iter_mut().zip(piece).for_each(|(e, z)| *e = exp(z - top));
        add_to_lanes(&mut lanes, exps);
    }
    lanes.iter().sum()
}

/// Sum of a row, to the bit as [`sum_of_exp`] adds.
#[inline(always)]
pub(super) fn ordered_sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    add_to_lanes(&mut lanes, values);
    lanes.iter().sum()
}

#[inline(always)]
fn add_to_lanes(lanes: &mut [f64; LANES], values: &[f32]) {
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        lanes.iter_mut().zip(block).for_each(|(lane, &x)| *lane += f64::from(x));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, &x)| *lane += f64::from(x));
}
