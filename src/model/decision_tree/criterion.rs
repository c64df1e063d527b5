//! What makes a split good: how alike the targets of each side are.

/// A measure of how unlike the targets of a node are, and how two sides are compared with it.
pub trait Criterion: Sync {
    /// What is known of the targets of a node.
    type Node: Clone + Send + Sync;
    /// The same of both sides of a split that moves through a node.
    type Sides: Default;

    /// What is known of these samples.
    fn node(&self, rows: &mut dyn Iterator<Item = u32>) -> Self::Node;

    /// How unlike they are: 0 where all are the same.
    fn impurity(&self, node: &Self::Node) -> f64;

    /// Whether all are the same.
    fn is_pure(&self, node: &Self::Node) -> bool;

    /// What is predicted there: the share of each class, or the mean of each number.
    fn value(&self, node: &Self::Node, out: &mut Vec<f64>);

    /// All samples on the right.
    fn start(&self, node: &Self::Node, sides: &mut Self::Sides);

    /// Moves a sample to the left.
    fn take(&self, sides: &mut Self::Sides, row: u32);

    /// How good the split is with `left` and `right` samples on its sides; larger is better.
    fn score(&self, sides: &Self::Sides, left: usize, right: usize) -> f64;
}

/// As many zeros.
fn reset<T: Clone + Default>(numbers: &mut Vec<T>, count: usize) {
    numbers.clear();
    numbers.resize(count, T::default());
}

/// Samples of each class.
#[derive(Clone, Debug)]
pub struct Counts {
    of: Vec<u32>,
    all: u32,
}

impl Counts {
    fn new(classes: usize, ids: &[u32], rows: &mut dyn Iterator<Item = u32>) -> Self {
        let mut counts = Self {
            of: vec![0; classes],
            all: 0,
        };
        for row in rows {
            counts.of[ids[row as usize] as usize] += 1;
            counts.all += 1;
        }
        counts
    }

    fn shares(&self) -> impl Iterator<Item = f64> {
        let all = f64::from(self.all);
        self.of.iter().map(move |&count| f64::from(count) / all)
    }

    fn is_pure(&self) -> bool {
        self.of.contains(&self.all)
    }
}

/// `1 − Σ p²`: how often two samples, drawn with their places kept, are of different classes.
pub struct Gini<'a> {
    pub classes: usize,
    pub ids: &'a [u32],
}

/// Counts on both sides with the sums of their squares, which are whole numbers and so exact.
#[derive(Default)]
pub struct Squared {
    left: Vec<u32>,
    right: Vec<u32>,
    sums: [u64; 2],
}

impl Criterion for Gini<'_> {
    type Node = Counts;
    type Sides = Squared;

    fn node(&self, rows: &mut dyn Iterator<Item = u32>) -> Counts {
        Counts::new(self.classes, self.ids, rows)
    }

    fn impurity(&self, node: &Counts) -> f64 {
        1.0 - node.shares().map(|share| share * share).sum::<f64>()
    }

    fn is_pure(&self, node: &Counts) -> bool {
        node.is_pure()
    }

    fn value(&self, node: &Counts, out: &mut Vec<f64>) {
        out.extend(node.shares());
    }

    fn start(&self, node: &Counts, sides: &mut Squared) {
        let square = |&count: &u32| u64::from(count) * u64::from(count);
        reset(&mut sides.left, self.classes);
        sides.right.clone_from(&node.of);
        sides.sums = [0, node.of.iter().map(square).sum()];
    }

    #[inline]
    fn take(&self, sides: &mut Squared, row: u32) {
        let class = self.ids[row as usize] as usize;
        let (left, right) = (&mut sides.left[class], &mut sides.right[class]);
        // (n + 1)² − n² and n² − (n − 1)².
        sides.sums[0] += 2 * u64::from(*left) + 1;
        sides.sums[1] -= 2 * u64::from(*right) - 1;
        *left += 1;
        *right -= 1;
    }

    #[inline]
    fn score(&self, sides: &Squared, left: usize, right: usize) -> f64 {
        sides.sums[0] as f64 / left as f64 + sides.sums[1] as f64 / right as f64
    }
}

/// `−Σ p log₂ p`, in bits.
pub struct Entropy<'a> {
    classes: usize,
    ids: &'a [u32],
    /// `n ln n` of every count.
    table: Vec<f64>,
}

impl<'a> Entropy<'a> {
    pub fn new(classes: usize, ids: &'a [u32]) -> Self {
        let product = |n: usize| if n == 0 { 0.0 } else { n as f64 * libm::log(n as f64) };
        Self {
            classes,
            ids,
            table: (0..=ids.len()).map(product).collect(),
        }
    }

    fn sum(&self, counts: &[u32]) -> f64 {
        counts.iter().map(|&count| self.table[count as usize]).sum()
    }
}

impl Criterion for Entropy<'_> {
    type Node = Counts;
    type Sides = [Vec<u32>; 2];

    fn node(&self, rows: &mut dyn Iterator<Item = u32>) -> Counts {
        Counts::new(self.classes, self.ids, rows)
    }

    fn impurity(&self, node: &Counts) -> f64 {
        let occur = node.shares().filter(|&share| share > 0.0);
        -occur.map(|share| share * libm::log2(share)).sum::<f64>()
    }

    fn is_pure(&self, node: &Counts) -> bool {
        node.is_pure()
    }

    fn value(&self, node: &Counts, out: &mut Vec<f64>) {
        out.extend(node.shares());
    }

    fn start(&self, node: &Counts, [left, right]: &mut [Vec<u32>; 2]) {
        reset(left, self.classes);
        right.clone_from(&node.of);
    }

    #[inline]
    fn take(&self, [left, right]: &mut [Vec<u32>; 2], row: u32) {
        let class = self.ids[row as usize] as usize;
        left[class] += 1;
        right[class] -= 1;
    }

    #[inline]
    fn score(&self, sides: &[Vec<u32>; 2], left: usize, right: usize) -> f64 {
        let side = |counts: &[u32], all: usize| self.sum(counts) - self.table[all];
        side(&sides[0], left) + side(&sides[1], right)
    }
}

/// Mean squared distance from the mean; of several numbers the mean over them.
pub struct SquaredError<'a> {
    width: usize,
    values: &'a [f64],
    /// The same less the mean of all samples: so that a large mean does not swallow what differs.
    centred: Vec<f64>,
}

/// Numbers of a node.
#[derive(Clone, Debug)]
pub struct Sums {
    samples: usize,
    centred: Vec<f64>,
    mean: Vec<f64>,
    spread: f64,
    same: bool,
}

impl<'a> SquaredError<'a> {
    pub fn new(width: usize, values: &'a [f64]) -> Self {
        let rows = values.chunks_exact(width);
        let mut mean = vec![0.0; width];
        for row in rows.clone() {
            mean.iter_mut().zip(row).for_each(|(mean, &value)| *mean += value);
        }
        mean.iter_mut().for_each(|mean| *mean /= rows.len().max(1) as f64);
        let centred = rows.flat_map(|row| {
            row.iter()
                .zip(&mean)
                .map(|(&value, mean)| value - mean)
                .collect::<Vec<_>>()
        });
        Self {
            width,
            values,
            centred: centred.collect(),
        }
    }

    fn row<'b>(&self, of: &'b [f64], row: u32) -> &'b [f64] {
        &of[row as usize * self.width..][..self.width]
    }
}

impl Criterion for SquaredError<'_> {
    type Node = Sums;
    type Sides = [Vec<f64>; 2];

    fn node(&self, rows: &mut dyn Iterator<Item = u32>) -> Sums {
        let rows: Vec<u32> = rows.collect();
        let (mut centred, mut mean) = (vec![0.0; self.width], vec![0.0; self.width]);
        for &row in &rows {
            let add = |sums: &mut Vec<f64>, of: &[f64]| sums.iter_mut().zip(of).for_each(|(sum, &x)| *sum += x);
            add(&mut centred, self.row(&self.centred, row));
            add(&mut mean, self.row(self.values, row));
        }
        let all = rows.len() as f64;
        mean.iter_mut().for_each(|mean| *mean /= all);
        let mut spread = 0.0;
        for &row in &rows {
            let distances = self.row(&self.centred, row).iter().zip(&centred);
            spread += distances
                .map(|(&x, sum)| (x - sum / all) * (x - sum / all))
                .sum::<f64>();
        }
        let first = rows.first().map(|&row| self.row(self.values, row));
        let same = rows.iter().all(|&row| Some(self.row(self.values, row)) == first);
        if let (true, Some(first)) = (same, first) {
            mean.copy_from_slice(first);
        }
        Sums {
            samples: rows.len(),
            centred,
            mean,
            spread: if same { 0.0 } else { spread },
            same,
        }
    }

    fn impurity(&self, node: &Sums) -> f64 {
        node.spread / node.samples as f64 / self.width as f64
    }

    fn is_pure(&self, node: &Sums) -> bool {
        node.same
    }

    fn value(&self, node: &Sums, out: &mut Vec<f64>) {
        out.extend_from_slice(&node.mean);
    }

    fn start(&self, node: &Sums, [left, all]: &mut [Vec<f64>; 2]) {
        reset(left, self.width);
        all.clone_from(&node.centred);
    }

    #[inline]
    fn take(&self, [left, _]: &mut [Vec<f64>; 2], row: u32) {
        let row = self.row(&self.centred, row);
        left.iter_mut().zip(row).for_each(|(sum, &x)| *sum += x);
    }

    #[inline]
    fn score(&self, [sums, all]: &[Vec<f64>; 2], left: usize, right: usize) -> f64 {
        let both = sums.iter().zip(all).map(|(&sum, &all)| {
            let rest = all - sum;
            sum * sum / left as f64 + rest * rest / right as f64
        });
        both.sum()
    }
}
