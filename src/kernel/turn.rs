//! Transposed copies: planes to pixels and back, where a convolution reads all channels of a pixel side by side, and
//! tiles of a product that is written transposed.

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
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx512f") {
        // SAFETY: as this function demands; the processor has the instructions.
        return unsafe { turn_avx512(from, from_step, to, to_step, rows, columns) };
    }
    // SAFETY: as this function demands.
    unsafe { turn_portable(from, from_step, to, to_step, rows, columns) };
}

/// Squares of 16 by 16, with masks at the ends.
///
/// # Safety
/// As [`turn`]; the processor has AVX-512F.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn turn_avx512(from: *const f32, from_step: usize, to: *mut f32, to_step: usize, rows: usize, columns: usize) {
    use std::arch::x86_64::*;
    let mask = |count: usize| if count >= LINE { !0 } else { (1u16 << count) - 1 };
    for row in (0..rows).step_by(LINE) {
        let high = LINE.min(rows - row);
        for column in (0..columns).step_by(LINE) {
            let wide = LINE.min(columns - column);
            let mut lines = [_mm512_setzero_ps(); LINE];
            for (i, line) in lines.iter_mut().enumerate().take(wide) {
                // SAFETY: these rows of this column are valid; the mask leaves out all others.
                *line = unsafe {
                    let from = from.add((column + i) * from_step + row);
                    if high == LINE {
                        _mm512_loadu_ps(from)
                    } else {
                        _mm512_maskz_loadu_ps(mask(high), from)
                    }
                };
            }
            // Within each fourth of the registers, squares of 4 by 4.
            let mut squares = [_mm512_setzero_ps(); LINE];
            for (square, line) in squares.chunks_exact_mut(4).zip(lines.chunks_exact(4)) {
                let low = |a, b| _mm512_castps_pd(_mm512_unpacklo_ps(a, b));
                let high = |a, b| _mm512_castps_pd(_mm512_unpackhi_ps(a, b));
                let [a, b] = [low(line[0], line[1]), low(line[2], line[3])];
                let [c, d] = [high(line[0], line[1]), high(line[2], line[3])];
                square[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
                square[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
                square[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(c, d));
                square[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(c, d));
            }
            // Then the fourths among the registers.
            for k in 0..4 {
                let [a, b, c, d] = [squares[k], squares[4 + k], squares[8 + k], squares[12 + k]];
                let even = [_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0x88>(c, d)];
                let odd = [_mm512_shuffle_f32x4::<0xdd>(a, b), _mm512_shuffle_f32x4::<0xdd>(c, d)];
                lines[k] = _mm512_shuffle_f32x4::<0x88>(even[0], even[1]);
                lines[4 + k] = _mm512_shuffle_f32x4::<0x88>(odd[0], odd[1]);
                lines[8 + k] = _mm512_shuffle_f32x4::<0xdd>(even[0], even[1]);
                lines[12 + k] = _mm512_shuffle_f32x4::<0xdd>(odd[0], odd[1]);
            }
            for (i, line) in lines.into_iter().enumerate().take(high) {
                // SAFETY: these columns of this row are valid; the mask leaves out all others. It costs, so whole
                // lines go without.
                unsafe {
                    let to = to.add((row + i) * to_step + column);
                    if wide == LINE {
                        _mm512_storeu_ps(to, line);
                    } else {
                        _mm512_mask_storeu_ps(to, mask(wide), line);
                    }
                }
            }
        }
    }
}

/// Squares of 4 by 4.
///
/// # Safety
/// As [`turn`].
unsafe fn turn_portable(from: *const f32, from_step: usize, to: *mut f32, to_step: usize, rows: usize, columns: usize) {
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
        let turned: [[f32; 4]; 4] = std::array::from_fn(|k| std::array::from_fn(|i| square[i][k]));
        for (k, turned) in turned.into_iter().enumerate() {
            to.add((row + k) * to_step + column).cast::<[f32; 4]>().write(turned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_finds_its_place_and_no_other_is_touched() {
        for (rows, columns) in [(1, 1), (16, 16), (3, 40), (33, 5), (20, 31), (64, 16)] {
            let (from_step, to_step) = (rows + 3, columns + 2);
            let from: Vec<f32> = (0..columns * from_step).map(|i| i as f32).collect();
            for way in [turn, turn_portable] {
                let mut to = vec![-1.0; rows * to_step];
                // SAFETY: both have a run for each column, or row.
                unsafe { way(from.as_ptr(), from_step, to.as_mut_ptr(), to_step, rows, columns) };
                for (row, numbers) in to.chunks_exact(to_step).enumerate() {
                    for (column, &number) in numbers.iter().enumerate() {
                        let expected = if column < columns {
                            (column * from_step + row) as f32
                        } else {
                            -1.0
                        };
                        assert_eq!(number, expected, "{rows} {columns}");
                    }
                }
            }
        }
    }
}
