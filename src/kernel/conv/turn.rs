//! Planes to pixels and back: a convolution reads all channels of a pixel side by side.

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
    // SAFETY: every index below lies inside these rows and columns.
    unsafe {
        for row in (0..whole.0).step_by(4) {
            for column in (0..whole.1).step_by(4) {
                let square: [[f32; 4]; 4] =
                    std::array::from_fn(|i| from.add((column + i) * from_step + row).cast::<[f32; 4]>().read());
                for k in 0..4 {
                    let turned = std::array::from_fn::<f32, 4, _>(|i| square[i][k]);
                    to.add((row + k) * to_step + column).cast::<[f32; 4]>().write(turned);
                }
            }
        }
        for row in 0..rows {
            let first = if row < whole.0 { whole.1 } else { 0 };
            for column in first..columns {
                *to.add(row * to_step + column) = *from.add(column * from_step + row);
            }
        }
    }
}
