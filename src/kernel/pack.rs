//! Copies of operands in the order in which a tile reads them.

/// Numbers at `start + row · row_step + column · column_step`.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub start: *const f32,
    pub row_step: usize,
    pub column_step: usize,
}

impl View {
    /// The view from another place on.
    pub(super) fn at(self, offset: usize) -> Self {
        Self {
            start: self.start.wrapping_add(offset),
            ..self
        }
    }
}

/// Copies columns to the rows of a panel, `[depth, width]`.
///
/// # Safety
/// The view is valid for `depth` rows and `columns` columns.
pub(super) unsafe fn pack_plain(from: View, depth: usize, columns: usize, panel: &mut [f32], width: usize) {
    for (p, row) in panel.chunks_exact_mut(width).take(depth).enumerate() {
        let from = from.at(p * from.row_step);
        row[columns..].fill(0.0);
        if from.column_step == 1 {
            // SAFETY: row `p` has these columns, side by side.
            row[..columns].copy_from_slice(unsafe { std::slice::from_raw_parts(from.start, columns) });
        } else {
            for (j, number) in row[..columns].iter_mut().enumerate() {
                // SAFETY: row `p` has a column `j`.
                *number = unsafe { *from.at(j * from.column_step).start };
            }
        }
    }
}

/// The same where a column's numbers lie side by side: in squares of 4 × 4, so that both sides are
/// walked in whole pieces.
///
/// # Safety
/// As [`pack_plain`]; the view's row step is 1.
pub(super) unsafe fn pack_transposed(from: View, depth: usize, columns: usize, panel: &mut [f32], width: usize) {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx") {
        let whole = (depth / 8 * 8, columns / 8 * 8);
        // SAFETY: the processor has AVX, and these columns and rows lie inside the view and the panel.
        unsafe { pack_squares(from, whole, panel, width) };
        let (upper, lower) = panel.split_at_mut(whole.0 * width);
        // SAFETY: these numbers lie inside the view.
        return unsafe {
            pack_rest(from, whole.0, whole.1..columns, upper, width);
            pack_plain(from.at(whole.0), depth - whole.0, columns, lower, width);
        };
    }
    let whole = (depth / 4 * 4, columns / 4 * 4);
    for (p, rows) in (0..whole.0).step_by(4).zip(panel.chunks_exact_mut(4 * width)) {
        for j in (0..whole.1).step_by(4) {
            // SAFETY: columns `j..j + 4` have numbers `p..p + 4`.
            let square: [[f32; 4]; 4] = std::array::from_fn(|i| unsafe {
                from.at((j + i) * from.column_step + p).start.cast::<[f32; 4]>().read()
            });
            for (k, row) in rows.chunks_exact_mut(width).enumerate() {
                row[j..j + 4].copy_from_slice(&std::array::from_fn::<f32, 4, _>(|i| square[i][k]));
            }
        }
    }
    // What is left over: some columns of the whole rows, and the last rows.
    let (upper, lower) = panel.split_at_mut(whole.0 * width);
    // SAFETY: these numbers lie inside the view.
    unsafe {
        pack_rest(from, whole.0, whole.1..columns, upper, width);
        pack_plain(from.at(whole.0), depth - whole.0, columns, lower, width);
    }
}

/// Squares of 8 × 8, turned in registers.
///
/// # Safety
/// The processor has AVX. The view is valid for `depth` rows and `columns` columns, the panel has as many rows;
/// both are multiples of 8.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
unsafe fn pack_squares(from: View, (depth, columns): (usize, usize), panel: &mut [f32], width: usize) {
    use std::arch::x86_64::*;
    for p in (0..depth).step_by(8) {
        for j in (0..columns).step_by(8) {
            // SAFETY: columns `j..j + 8` have numbers `p..p + 8`.
            let a: [__m256; 8] = std::array::from_fn(|i| unsafe {
                _mm256_loadu_ps(from.start.wrapping_add((j + i) * from.column_step + p))
            });
            // Pairs, then fours within each half of the registers, then the halves.
            let pairs = [
                _mm256_unpacklo_ps(a[0], a[1]),
                _mm256_unpackhi_ps(a[0], a[1]),
                _mm256_unpacklo_ps(a[2], a[3]),
                _mm256_unpackhi_ps(a[2], a[3]),
                _mm256_unpacklo_ps(a[4], a[5]),
                _mm256_unpackhi_ps(a[4], a[5]),
                _mm256_unpacklo_ps(a[6], a[7]),
                _mm256_unpackhi_ps(a[6], a[7]),
            ];
            let fours = [
                _mm256_shuffle_ps::<0x44>(pairs[0], pairs[2]),
                _mm256_shuffle_ps::<0xee>(pairs[0], pairs[2]),
                _mm256_shuffle_ps::<0x44>(pairs[1], pairs[3]),
                _mm256_shuffle_ps::<0xee>(pairs[1], pairs[3]),
                _mm256_shuffle_ps::<0x44>(pairs[4], pairs[6]),
                _mm256_shuffle_ps::<0xee>(pairs[4], pairs[6]),
                _mm256_shuffle_ps::<0x44>(pairs[5], pairs[7]),
                _mm256_shuffle_ps::<0xee>(pairs[5], pairs[7]),
            ];
            for k in 0..4 {
                let (low, high) = (fours[k], fours[k + 4]);
                // SAFETY: rows `p..p + 8` of the panel have columns `j..j + 8`, which indexing checks.
                unsafe {
                    let upper = &mut panel[(p + k) * width + j..][..8];
                    _mm256_storeu_ps(upper.as_mut_ptr(), _mm256_permute2f128_ps::<0x20>(low, high));
                    let lower = &mut panel[(p + k + 4) * width + j..][..8];
                    _mm256_storeu_ps(lower.as_mut_ptr(), _mm256_permute2f128_ps::<0x31>(low, high));
                }
            }
        }
    }
}

/// Copies some of the columns of `depth` rows, and zeros what lies after them.
///
/// # Safety
/// As [`pack_plain`].
unsafe fn pack_rest(from: View, depth: usize, columns: std::ops::Range<usize>, panel: &mut [f32], width: usize) {
    if columns.is_empty() && columns.end == width {
        return;
    }
    for (p, row) in panel.chunks_exact_mut(width).take(depth).enumerate() {
        for j in columns.clone() {
            // SAFETY: row `p` has a column `j`.
            row[j] = unsafe { *from.at(p * from.row_step + j * from.column_step).start };
        }
        row[columns.end..].fill(0.0);
    }
}

/// Copies rows side by side, `[depth, rows]`, where their numbers lie far apart in memory.
///
/// # Safety
/// The view is valid for these rows and `depth` columns.
pub(super) unsafe fn pack_rows(from: View, rows: usize, depth: usize, packed: &mut [f32]) {
    for (p, column) in packed.chunks_exact_mut(rows).take(depth).enumerate() {
        for (i, number) in column.iter_mut().enumerate() {
            // SAFETY: row `i` and column `p` lie inside the view.
            *number = unsafe { *from.at(i * from.row_step + p * from.column_step).start };
        }
    }
}
