use super::*;

fn numbers(n: usize, seed: usize) -> Vec<f32> {
    (0..n)
        .map(|i| (((i * 37 + seed * 11) % 101) as f32 - 50.0) / 16.0)
        .collect()
}

/// `c` and products by the formula, in `f64`.
fn near(ours: &[f32], base: &[f32], [m, n]: [usize; 2], step: usize, sum: impl Fn(usize, usize) -> f64) {
    for (place, (&ours, &base)) in ours.iter().zip(base).enumerate() {
        let (i, j) = (place / step, place % step);
        if i < m && j < n {
            let expected = f64::from(base) + sum(i, j);
            assert!(
                (f64::from(ours) - expected).abs() < 1e-3 * expected.abs().max(1.0),
                "{i} {j}: {ours} {expected}"
            );
        } else {
            assert_eq!(ours, base, "what lies between the rows is not touched");
        }
    }
}

#[test]
fn products_of_rows_that_lie_apart() {
    for [m, k, n] in [
        [1, 1, 1],
        [3, 5, 7],
        [16, 64, 33],
        [13, 300, 32],
        [32, 16, 100],
        [12, 1, 65],
    ] {
        let (a_step, c_step) = (k + 3, n + 2);
        let (a, b) = (numbers(m * a_step, 1), numbers(k * n, 2));
        let sum = |i: usize, j: usize| {
            (0..k)
                .map(|p| f64::from(a[i * a_step + p]) * f64::from(b[p * n + j]))
                .sum::<f64>()
        };
        let turned: Vec<f32> = (0..n * k).map(|i| b[i % k * n + i / k]).collect();
        let mut room = vec![f32::NAN; Panels::len(k, n)];
        for packing in 0..3 {
            let panels = match packing {
                0 => Panels::pack(Matrix::new(&b, k, n), &mut room),
                1 => Panels::pack(Matrix::new(&turned, n, k).t(), &mut room),
                _ => Panels::pack_rows(k, n, |p| &b[p * n..], &mut room),
            };
            let base = numbers(m * c_step, 3);
            let mut c = base.clone();
            let mut out = RowsMut::new(&mut c, m, n, c_step);
            panels.multiply(Rows::new(&a, m, k, a_step), Output::Add, &mut out);
            near(&c, &base, [m, n], c_step, sum);
            let once = c.clone();
            let mut out = RowsMut::new(&mut c, m, n, c_step);
            panels.multiply(Rows::new(&a, m, k, a_step), Output::Replace, &mut out);
            let zeros: Vec<f32> = base
                .iter()
                .enumerate()
                .map(|(i, &x)| if i % c_step < n { 0.0 } else { x })
                .collect();
            near(&c, &zeros, [m, n], c_step, sum);
            assert_ne!(once, c);
        }
    }
}

#[test]
fn products_with_a_transpose() {
    for [m, k, n] in [
        [1, 1, 1],
        [7, 5, 3],
        [33, 64, 16],
        [32, 300, 13],
        [100, 513, 40],
        [24, 2, 65],
    ] {
        let (a_step, c_step) = (m + 3, n + 2);
        let (a, b) = (numbers(k * a_step, 1), numbers(k * n, 2));
        let sum = |i: usize, j: usize| {
            (0..k)
                .map(|p| f64::from(a[p * a_step + i]) * f64::from(b[p * n + j]))
                .sum::<f64>()
        };
        let mut room = vec![f32::NAN; Panels::len(k, n)];
        let panels = Panels::pack(Matrix::new(&b, k, n), &mut room);
        let base = numbers(m * c_step, 3);
        let mut c = base.clone();
        let mut out = RowsMut::new(&mut c, m, n, c_step);
        panels.multiply_transposed(Rows::new(&a, k, m, a_step), Output::Add, &mut out);
        near(&c, &base, [m, n], c_step, sum);
    }
}

#[test]
#[should_panic(expected = "rows lie side by side inside their slice")]
fn rows_that_overlap_are_refused() {
    RowsMut::new(&mut [0.0; 8], 2, 4, 3);
}

#[test]
#[should_panic(expected = "rows lie inside their slice")]
fn rows_past_the_end_are_refused() {
    Rows::new(&[0.0; 8], 3, 3, 3);
}
