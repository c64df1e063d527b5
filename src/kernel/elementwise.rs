//! Loops over batches: one number at a time, or a row of features at a time. Each number is computed
//! by itself and each sum runs over the samples in order, so that dividing the work changes nothing. Loops over
//! all numbers are divided among threads where they are long.

use super::parallel;

/// `out[i] = f(x[i])`.
#[inline]
pub fn map(x: &[f32], out: &mut [f32], f: impl Fn(f32) -> f32 + Sync) {
    long(out, &|first, out| {
        for (out, &x) in out.iter_mut().zip(&x[first..]) {
            *out = f(x);
        }
    });
}

/// Calls `f(first, part)` for parts that together are all of the numbers.
#[inline]
fn long(out: &mut [f32], f: &(impl Fn(usize, &mut [f32]) + Sync)) {
    if !out.is_empty() {
        // A part ends with a cache line, so that no two threads write into one.
        parallel::rows(out.len(), 16, WORK, [out], &|first, [part]| f(first, part));
    }
}

/// Work of one number: some are read and one is written.
const WORK: usize = 4;

/// `x[i] = f(x[i], a[i])`.
#[inline]
pub fn update(x: &mut [f32], a: &[f32], f: impl Fn(f32, f32) -> f32 + Sync) {
    long(x, &|first, x| update_row(x, &a[first..], &f));
}

/// The same of a row, on this thread.
#[inline]
pub fn update_row(x: &mut [f32], a: &[f32], f: impl Fn(f32, f32) -> f32) {
    for (x, &a) in x.iter_mut().zip(a) {
        *x = f(*x, a);
    }
}

/// `x[i] = f(x[i], a[i], b[i])` of a row.
#[inline]
pub fn update2(x: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(f32, f32, f32) -> f32) {
    for ((x, &a), &b) in x.iter_mut().zip(a).zip(b) {
        *x = f(*x, a, b);
    }
}

/// `out[i] = f(a[i], b[i])`.
#[inline]
pub fn map2(a: &[f32], b: &[f32], out: &mut [f32], f: impl Fn(f32, f32) -> f32 + Sync) {
    long(out, &|first, out| {
        for ((out, &a), &b) in out.iter_mut().zip(&a[first..]).zip(&b[first..]) {
            *out = f(a, b);
        }
    });
}

/// `out[i] = f(a[i], b[i], c[i])`.
#[inline]
pub fn map3(a: &[f32], b: &[f32], c: &[f32], out: &mut [f32], f: impl Fn(f32, f32, f32) -> f32 + Sync) {
    long(out, &|first, out| {
        map3_row(&a[first..], &b[first..], &c[first..], out, &f)
    });
}

/// The same of a row, on this thread.
#[inline]
pub fn map3_row(a: &[f32], b: &[f32], c: &[f32], out: &mut [f32], f: impl Fn(f32, f32, f32) -> f32) {
    for (((out, &a), &b), &c) in out.iter_mut().zip(a).zip(b).zip(c) {
        *out = f(a, b, c);
    }
}

/// `row[j] = f(row[j], a[j])` for every row.
#[inline]
pub fn update_rows(rows: &mut [f32], a: &[f32], f: impl Fn(f32, f32) -> f32) {
    if !a.is_empty() {
        rows.chunks_exact_mut(a.len()).for_each(|row| update_row(row, a, &f));
    }
}

/// `sums[j] += row[j]` for every row.
#[inline]
pub fn add_rows(rows: &[f32], sums: &mut [f32]) {
    if !sums.is_empty() {
        rows.chunks_exact(sums.len())
            .for_each(|row| update_row(sums, row, |sum, x| sum + x));
    }
}

/// `row[j] = f(row[j], a_row[j])` and then `sums[j] += row[j]`, in one pass.
#[inline]
pub fn update_and_add_rows(rows: &mut [f32], a: &[f32], sums: &mut [f32], f: impl Fn(f32, f32) -> f32) {
    let width = sums.len();
    if width == 0 {
        return;
    }
    for (row, a) in rows.chunks_exact_mut(width).zip(a.chunks_exact(width)) {
        for ((x, &a), sum) in row.iter_mut().zip(a).zip(sums.iter_mut()) {
            *x = f(*x, a);
            *sum += *x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_sums() {
        let mut rows = [1.0, 2.0, 3.0, 4.0];
        update_rows(&mut rows, &[10.0, 20.0], |x, a| x + a);
        assert_eq!(rows, [11.0, 22.0, 13.0, 24.0]);
        let mut sums = [0.0, 1.0];
        update_and_add_rows(&mut rows, &[1.0, 0.0, 2.0, 1.0], &mut sums, |x, a| x * a);
        assert_eq!((rows, sums), ([11.0, 0.0, 26.0, 24.0], [37.0, 25.0]));
        add_rows(&rows, &mut sums);
        assert_eq!(sums, [74.0, 49.0]);
        add_rows(&[], &mut []);
    }
}
