//! Holding samples out: which rows go to validation and test follows from the seed alone, and each
//! class keeps its share.

use super::column::{Columns, keep};
use super::dataset::Part;
use runner_ground::random::Key;

/// How many of `n` samples a share of them is: rounded, but at least one where any are asked for,
/// and never all.
pub(super) fn size(n: usize, share: f64) -> usize {
    if share <= 0.0 || n < 2 {
        return 0;
    }
    ((n as f64 * share).round() as usize).clamp(1, n - 1)
}

/// Divides a part in two: what stays, and the share that is held out (`None` for a share of zero or
/// where nothing can be held out). The two have no sample in common.
pub(super) fn hold_out(mut part: Part, share: f64, key: Key) -> (Part, Option<Part>) {
    let taken = choose(part.len(), part.classes(), share, key);
    if taken.is_empty() {
        return (part, None);
    }
    let held_out = gather(&part, &taken);
    let kept = complement(part.len(), &taken);
    retain(&mut part, &kept);
    (part, Some(held_out))
}

/// Divides `n` rows as [`hold_out`] does: those that stay and those that are held out, both rising.
pub(super) fn divide(n: usize, classes: Option<&[u32]>, share: f64, key: Key) -> (Vec<u32>, Vec<u32>) {
    let taken = choose(n, classes, share, key);
    (complement(n, &taken), taken)
}

/// The rows to hold out, rising. With classes, each class gives its share (largest remainder), but
/// never its last sample: a class must stay learnable.
fn choose(n: usize, classes: Option<&[u32]>, share: f64, key: Key) -> Vec<u32> {
    let total = size(n, share);
    let groups = match classes {
        Some(classes) => by_class(classes),
        None => vec![(0..n as u32).collect()],
    };
    let quotas = quotas(&groups.iter().map(Vec::len).collect::<Vec<_>>(), total);
    let mut taken = Vec::with_capacity(total);
    for (c, (group, quota)) in groups.iter().zip(quotas).enumerate() {
        let order = key.at(c as u64).permutation(group.len());
        taken.extend(order.iter().take(quota).filter_map(|&i| group.get(i as usize).copied()));
    }
    taken.sort_unstable();
    taken
}

fn by_class(classes: &[u32]) -> Vec<Vec<u32>> {
    let mut groups = vec![Vec::new(); classes.iter().max().map_or(0, |&c| c as usize + 1)];
    for (row, &class) in classes.iter().enumerate() {
        groups[class as usize].push(row as u32);
    }
    groups
}

/// Divides `total` in proportion to the sizes; what rounding leaves goes to the largest remainders.
fn quotas(sizes: &[usize], total: usize) -> Vec<usize> {
    let n = sizes.iter().map(|&s| s as u128).sum::<u128>().max(1);
    let share = |s: usize| (s as u128 * total as u128 / n, s as u128 * total as u128 % n);
    let mut quotas: Vec<usize> = sizes
        .iter()
        .map(|&s| (share(s).0 as usize).min(s.saturating_sub(1)))
        .collect();
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by_key(|&c| (std::cmp::Reverse(share(sizes[c]).1), c));
    let mut left = total - quotas.iter().sum::<usize>().min(total);
    while left > 0 {
        let before = left;
        for &c in &by_remainder {
            if left > 0 && quotas[c] + 1 < sizes[c] {
                quotas[c] += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    quotas
}

/// The rows that are not taken; `taken` rises.
fn complement(n: usize, taken: &[u32]) -> Vec<u32> {
    let mut taken = taken.iter().peekable();
    (0..n as u32).filter(|row| taken.next_if_eq(&row).is_none()).collect()
}

/// A copy of these rows.
fn gather(part: &Part, rows: &[u32]) -> Part {
    let columns = |columns: &Columns| columns.iter().map(|column| column.gather(rows)).collect();
    Part {
        inputs: columns(&part.inputs),
        targets: columns(&part.targets),
        rows: rows.iter().map(|&row| part.rows[row as usize]).collect(),
        names: rows
            .iter()
            .filter_map(|&row| part.names.get(row as usize).cloned())
            .collect(),
    }
}

/// Only these rows, which rise.
fn retain(part: &mut Part, rows: &[u32]) {
    for column in part.inputs.iter_mut().chain(&mut part.targets) {
        column.retain(rows);
    }
    keep(&mut part.rows, 1, rows);
    part.names = rows
        .iter()
        .filter_map(|&row| part.names.get(row as usize).cloned())
        .collect();
}

#[cfg(test)]
mod tests {
    use super::super::column::{Floats, Ids, Sequences};
    use super::*;
    use runner_ground::random::Purpose;

    fn part(classes: &[u32]) -> Part {
        let values = (0..classes.len() * 2).map(|i| i as f64).collect();
        let rows = (0..classes.len() as u32).collect();
        Part::new(Floats::new(2, values), Ids::classes(classes.to_vec()), rows)
    }

    fn key(seed: u64) -> Key {
        Key::new(seed).purpose(Purpose::Split)
    }

    #[test]
    fn divides_without_overlap_and_keeps_rows_together() {
        let classes: Vec<u32> = (0..100).map(|i| i % 3).collect();
        let (kept, held) = hold_out(part(&classes), 0.2, key(1));
        let held = held.unwrap();
        assert_eq!((kept.len(), held.len()), (80, 20));
        let mut all: Vec<u32> = kept.rows.iter().chain(&held.rows).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        for p in [&kept, &held] {
            for (i, &row) in p.rows.iter().enumerate() {
                assert_eq!(p.inputs[0].numbers(i).unwrap()[0], f64::from(row * 2));
                assert_eq!(p.classes().unwrap()[i], row % 3);
            }
        }
    }

    #[test]
    fn classes_keep_their_share_and_their_last_sample() {
        let mut classes = vec![0; 90];
        classes.extend([1; 9]);
        classes.push(2);
        let (kept, held) = hold_out(part(&classes), 0.3, key(2));
        let held = held.unwrap();
        let count = |p: &Part, c| p.classes().unwrap().iter().filter(|&&x| x == c).count();
        assert_eq!([count(&held, 0), count(&held, 1), count(&held, 2)], [27, 3, 0]);
        assert_eq!(count(&kept, 2), 1);
    }

    #[test]
    fn texts_of_any_length_stay_with_their_classes() {
        let texts = (0..60u32).map(|i| vec![i + 1; i as usize % 7]);
        let classes = (0..60).map(|i| i % 3).collect();
        let all = Part::new(Sequences::new(8, texts), Ids::classes(classes), (0..60).collect());
        let (kept, held) = hold_out(all, 0.3, key(4));
        for part in [&kept, &held.unwrap()] {
            for (i, &row) in part.rows.iter().enumerate() {
                assert_eq!(part.inputs[0].tokens(i).unwrap(), vec![row + 1; row as usize % 7]);
            }
            assert_eq!(part.inputs[0].len(), part.len());
            assert_eq!(part.inputs[0].tokens(part.len()), None);
        }
    }

    #[test]
    fn depends_on_the_seed_only() {
        let classes: Vec<u32> = (0..60).map(|i| i % 2).collect();
        let rows = |seed| hold_out(part(&classes), 0.25, key(seed)).1.unwrap().rows;
        assert_eq!(rows(5), rows(5));
        assert_ne!(rows(5), rows(6));
    }

    #[test]
    fn sizes_at_the_edges() {
        assert_eq!(size(10, 0.0), 0);
        assert_eq!(size(1, 0.5), 0);
        assert_eq!(size(2, 0.01), 1);
        assert_eq!(size(10, 0.999), 9);
        assert_eq!(size(60_000, 0.1), 6_000);
        assert!(hold_out(part(&[0, 1, 2]), 0.5, key(0)).1.is_none());
    }
}
