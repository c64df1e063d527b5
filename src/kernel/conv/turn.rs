//! Planes to pixels and back: a convolution reads all channels of a pixel side by side.

/// Numbers that a cache line holds: squares of this side read and write whole lines.
const LINE: usize = 16;

/// Copies a matrix transposed: `to[row · to_step + column] = from[column · from_step + row]`.
///
/// # Safety
/// `from` is valid for `columns` runs of `rows` numbers, `to` for writing `rows` runs of `columns`.
pub(super) unsafe fn turn(
    from: *const f32,
    from_step: usize,
    to: *mut f32,
    to_step: usize,
    rows: usize,
    columns: usize,
) {
    let whole = (rows / 4 * 4, columns / 4 * 4);
    // Planes of images lie powers of two apart, and their lines crowd each other out of the cache: those of four
    // planes are finished before the next four.
    let planes_in = from_step > to_step;
    for row in (0..whole.0).step_by(LINE) {
        for column in (0..whole.1).step_by(LINE) {
            let (high, wide) = (LINE.min(whole.0 - row) / 4, LINE.min(whole.1 - column) / 4);
            for i in 0..high * wide {
                let (down, across) = if planes_in {
                    (i % high, i / high)
                } else {
                    (i / wide, i % wide)
                };
                // SAFETY: the square lies inside the whole rows and columns.
                unsafe { square(from, from_step, to, to_step, row + 4 * down, column + 4 * across) };
            }
        }
    }
    for row in 0..rows {
        let first = if row < whole.0 { whole.1 } else { 0 };
        for column in first..columns {
            // SAFETY: the number lies inside these rows and columns.
            unsafe { *to.add(row * to_step + column) = *from.add(column * from_step + row) };
        }
    }
}

/// # Safety
/// As [`turn`], for four rows and four columns.
#[inline(always)]
unsafe fn square(from: *const f32, from_step: usize, to: *mut f32, to_step: usize, row: usize, column: usize) {
    // SAFETY: as this function demands.
    unsafe {
        let square: [[f32; 4]; 4] =
            std::array::from_fn(|i| from.add((column + i) * from_step + row).cast::<[f32; 4]>().read());
        for k in 0..4 {
            let turned = std::array::from_fn::<f32, 4, _>(|i| square[i][k]);
            to.add((row + k) * to_step + column).cast::<[f32; 4]>().write(turned);
        }
    }
}
