//! Kernels of 3 × 3 among Winograd's points: `G g Gᵀ`, and `Gᵀ s G` of the sums of their gradients.

use super::geometry::Geometry;

/// Kernels that are transformed side by side.
const BESIDE: usize = 16;

/// `G` of F(2×2, 3×3), whose points are 0, 1, -1 and ∞.
const TWO: [[f32; 3]; 4] = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.0, 0.0, 1.0]];

/// The points of F(4×4, 3×3) are 0, ±`NEAR`, ±`FAR` and ∞: with these f32 loses less than with 1 and 2.
pub(super) const NEAR: f32 = 0.625;
/// See [`NEAR`].
pub(super) const FAR: f32 = 1.5;

/// `G` of F(4×4, 3×3): powers of a point, divided by its distances from all others.
const FOUR: [[f32; 3]; 6] = {
    const fn row(point: f64, other: f64) -> [f32; 3] {
        let distances = 2.0 * point * point * (point * point - other * other);
        [
            (1.0 / distances) as f32,
            (point / distances) as f32,
            (point * point / distances) as f32,
        ]
    }
    let (near, far) = (NEAR as f64, FAR as f64);
    [
        [(1.0 / (near * near * far * far)) as f32, 0.0, 0.0],
        row(near, far),
        row(-near, far),
        row(far, near),
        row(-far, near),
        [0.0, 0.0, 1.0],
    ]
};

/// Numbers of some kernels side by side.
type Beside = [f32; BESIDE];

impl Geometry {
    /// `G g Gᵀ` of each kernel plane `g`, as `[point, channel, output]`.
    pub(super) fn points_for_map(&self, weights: &[f32], points: &mut [f32]) {
        let at = |channel: usize, output: usize, tap: usize| weights[(output * self.channels + channel) * 9 + tap];
        self.transformed([self.channels, self.outputs], at, points);
    }

    /// The same of the kernel planes turned round, as `[point, output, channel]`.
    pub(super) fn points_for_image(&self, weights: &[f32], points: &mut [f32]) {
        let at = |output: usize, channel: usize, tap: usize| weights[(output * self.channels + channel) * 9 + 8 - tap];
        self.transformed([self.outputs, self.channels], at, points);
    }

    fn transformed(&self, sizes: [usize; 2], at: impl Fn(usize, usize, usize) -> f32, points: &mut [f32]) {
        if self.takes_fours() {
            transform(&FOUR, sizes, at, points);
        } else {
            transform(&TWO, sizes, at, points);
        }
    }

    /// Adds `Gᵀ s G` of the sums `s` to the gradient of each kernel plane.
    pub(super) fn kernels_from_points(&self, sums: &[f32], gradient: &mut [f32]) {
        let sizes = [self.channels, self.outputs];
        if self.takes_fours() {
            add_back(&FOUR, sizes, sums, gradient);
        } else {
            add_back(&TWO, sizes, sums, gradient);
        }
    }
}

/// `points[point, row, column]` of the kernels `at(row, column, tap)`; columns are a multiple of 16.
fn transform<const P: usize>(
    g: &[[f32; 3]; P],
    [rows, columns]: [usize; 2],
    at: impl Fn(usize, usize, usize) -> f32,
    points: &mut [f32],
) {
    for row in 0..rows {
        for column in (0..columns).step_by(BESIDE) {
            let kernel: [[Beside; 3]; 3] = std::array::from_fn(|i| {
                std::array::from_fn(|j| std::array::from_fn(|k| at(row, column + k, 3 * i + j)))
            });
            let down: [[Beside; 3]; P] =
                std::array::from_fn(|i| std::array::from_fn(|j| sum(g[i], [kernel[0][j], kernel[1][j], kernel[2][j]])));
            for (i, down) in down.into_iter().enumerate() {
                for (j, &g) in g.iter().enumerate() {
                    let to = ((i * P + j) * rows + row) * columns + column;
                    points[to..to + BESIDE].copy_from_slice(&sum(g, down));
                }
            }
        }
    }
}

/// Adds to the gradient `[column, row, tap]`.
fn add_back<const P: usize>(g: &[[f32; 3]; P], [rows, columns]: [usize; 2], sums: &[f32], gradient: &mut [f32]) {
    for row in 0..rows {
        for column in (0..columns).step_by(BESIDE) {
            let s = |i: usize, j: usize| -> Beside {
                let from = ((i * P + j) * rows + row) * columns + column;
                std::array::from_fn(|k| sums[from + k])
            };
            let across: [[Beside; 3]; P] = std::array::from_fn(|i| {
                let s: [Beside; P] = std::array::from_fn(|j| s(i, j));
                std::array::from_fn(|tap| sum(std::array::from_fn::<f32, P, _>(|j| g[j][tap]), s))
            });
            for tap in 0..9 {
                let terms: [Beside; P] = std::array::from_fn(|i| across[i][tap % 3]);
                let numbers = sum(std::array::from_fn::<f32, P, _>(|i| g[i][tap / 3]), terms);
                for (k, number) in numbers.into_iter().enumerate() {
                    gradient[((column + k) * rows + row) * 9 + tap] += number;
                }
            }
        }
    }
}

/// The terms, each by its factor.
#[inline(always)]
fn sum<const N: usize>(factors: [f32; N], terms: [Beside; N]) -> Beside {
    let mut sums = [0.0; BESIDE];
    for (factor, terms) in factors.into_iter().zip(terms) {
        for (sum, term) in sums.iter_mut().zip(terms) {
            *sum += factor * term;
        }
    }
    sums
}
