use super::*;

fn numbers(n: usize, seed: usize) -> Vec<f32> {
    (0..n)
        .map(|i| (((i * 37 + seed * 11) % 101) as f32 - 50.0) / 16.0)
        .collect()
}

/// The product added to `base`, as one chain of fused multiply-adds for each number.
fn plain(a: &[f32], b: &[f32], [m, k, n]: [usize; 3], transposed: [bool; 2], base: f32) -> Vec<f32> {
    let mut out = vec![0.0; m * n];
    for i in 0..m {
        for j in 0..n {
            let add = |sum: f32, p: usize| {
                let left = if transposed[0] { a[p * m + i] } else { a[i * k + p] };
                let right = if transposed[1] { b[j * k + p] } else { b[p * n + j] };
                left.mul_add(right, sum)
            };
            out[i * n + j] = (0..k).fold(base, add);
        }
    }
    out
}

fn view(data: &[f32], columns: usize, rows: usize, transposed: bool) -> View {
    let (row_step, column_step) = if transposed { (1, rows) } else { (columns, 1) };
    View {
        start: data.as_ptr(),
        row_step,
        column_step,
    }
}

fn tiles() -> Vec<Tile> {
    let mut tiles = vec![Tile::portable()];
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            tiles.push(Tile::avx2());
        }
        if std::is_x86_feature_detected!("avx512f") {
            tiles.push(Tile::avx512());
        }
    }
    tiles
}

#[test]
fn every_tile_for_every_layout_of_odd_sizes() {
    let sizes = [
        [1, 1, 1],
        [3, 5, 7],
        [13, 64, 33],
        [6, 1030, 16],
        [25, 7, 70],
        [70, 3, 5],
        [5, 0, 4],
    ];
    for [m, k, n] in sizes {
        let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
        for transposed in [[false, false], [false, true], [true, false], [true, true]] {
            for tile in tiles() {
                for (from_zero, turned) in [(true, false), (false, true), (true, true), (false, false)] {
                    let mut out = vec![if from_zero { f32::NAN } else { 1.0 }; m * n];
                    let (c_row_step, c_column_step) = if turned { (1, m) } else { (n, 1) };
                    let product = Product {
                        rows: m,
                        columns: n,
                        depth: k,
                        a: view(&a, k, m, transposed[0]),
                        b: view(&b, n, k, transposed[1]),
                        c: out.as_mut_ptr(),
                        c_row_step,
                        c_column_step,
                        from_zero,
                    };
                    // SAFETY: the views span the vectors, and the processor can run these tiles.
                    unsafe { product.run(tile) };
                    let base = if from_zero { 0.0 } else { 1.0 };
                    let expected = plain(&a, &b, [m, k, n], transposed, base);
                    // Only the portable tile rounds the products.
                    let slack = if tile.rows == Tile::portable().rows {
                        1e-5 * k as f32
                    } else {
                        0.0
                    };
                    for i in 0..m {
                        for j in 0..n {
                            let ours = out[i * c_row_step + j * c_column_step];
                            let theirs = expected[i * n + j];
                            assert!((ours - theirs).abs() <= slack, "{ours} {theirs} {m} {k} {n}");
                        }
                    }
                }
            }
        }
    }
}
