//! Work divided over the threads of the current team by rows, where there is enough of it. What a row gives must
//! not depend on the rows beside it; then no division changes a bit.

use std::ops::Range;

use super::team;

/// Work below which another thread costs more than it saves, in multiply-adds or numbers moved: some 15 µs.
pub const WORTH_A_THREAD: usize = 1 << 19;

/// Calls `f(first, rows of each output)` for blocks of rows that together are all of them, on as many threads
/// as the work repays. `outputs` are row-major with as many rows each; `work` is that of one row; blocks are
/// multiples of `unit` rows, but for the last.
///
/// ```
/// let (mut squares, mut halves) = ([0.0; 6], [0.0; 3]);
/// runner_kernel::parallel::rows(3, 1, 1 << 30, [&mut squares, &mut halves], &|first, [squares, halves]| {
///     for (i, (square, half)) in squares.chunks_mut(2).zip(halves).enumerate() {
///         let x = (first + i) as f32;
///         (square[0], square[1], *half) = (x, x * x, x / 2.0);
///     }
/// });
/// assert_eq!((squares, halves), ([0.0, 0.0, 1.0, 1.0, 2.0, 4.0], [0.0, 0.5, 1.0]));
/// ```
///
/// # Panics
/// When an output cannot be divided into this many rows.
#[inline]
pub fn rows<const N: usize>(
    rows: usize,
    unit: usize,
    work: usize,
    outputs: [&mut [f32]; N],
    f: &(impl Fn(usize, [&mut [f32]; N]) + Sync),
) {
    for output in &outputs {
        assert!(
            rows > 0 && output.len().is_multiple_of(rows),
            "{} numbers are not {rows} rows",
            output.len()
        );
    }
    let affordable = (rows.saturating_mul(work) / WORTH_A_THREAD).max(1);
    divide(
        Block {
            first: 0,
            rows,
            unit: unit.max(1),
        },
        team::threads().min(affordable),
        outputs,
        f,
    );
}

/// Calls `f(i)` for every index below `n`, on as many threads as the work repays; `work` is that of one index.
#[inline]
pub fn each(n: usize, work: usize, f: &(impl Fn(usize) + Sync)) {
    let affordable = (n.saturating_mul(work) / WORTH_A_THREAD).max(1);
    spread(0..n, team::threads().min(affordable).min(n), f);
}

/// Calls `f(i, item)` for every item, on as many threads as the work repays; `work` is that of one item.
///
/// ```
/// let mut squares = [0, 1, 2, 3];
/// runner_kernel::parallel::each_mut(&mut squares, 1 << 30, &|i, item| *item *= i);
/// assert_eq!(squares, [0, 1, 4, 9]);
/// ```
pub fn each_mut<T: Send>(items: &mut [T], work: usize, f: &(impl Fn(usize, &mut T) + Sync)) {
    let affordable = (items.len().saturating_mul(work) / WORTH_A_THREAD).max(1);
    let threads = team::threads().min(affordable).min(items.len());
    spread_mut(0, items, threads, f);
}

fn spread_mut<T: Send>(first: usize, items: &mut [T], threads: usize, f: &(impl Fn(usize, &mut T) + Sync)) {
    let low = threads / 2;
    let head = (items.len() * low).checked_div(threads).unwrap_or(0);
    if low == 0 || head == 0 {
        return items.iter_mut().enumerate().for_each(|(i, item)| f(first + i, item));
    }
    let (here, there) = items.split_at_mut(head);
    team::join(
        || spread_mut(first, here, low, f),
        || spread_mut(first + head, there, threads - low, f),
    );
}

fn spread(indices: std::ops::Range<usize>, threads: usize, f: &(impl Fn(usize) + Sync)) {
    let low = threads / 2;
    let middle = indices.start + (indices.len() * low).checked_div(threads).unwrap_or(0);
    if low == 0 || middle == indices.start {
        return indices.for_each(f);
    }
    team::join(
        || spread(indices.start..middle, low, f),
        || spread(middle..indices.end, threads - low, f),
    );
}

#[derive(Clone, Copy)]
struct Block {
    first: usize,
    rows: usize,
    unit: usize,
}

fn divide<const N: usize>(
    block: Block,
    threads: usize,
    outputs: [&mut [f32]; N],
    f: &(impl Fn(usize, [&mut [f32]; N]) + Sync),
) {
    let low = threads / 2;
    let head = (block.rows * low)
        .checked_div(threads)
        .map_or(0, |rows| rows.next_multiple_of(block.unit).min(block.rows));
    if low == 0 || head == block.rows {
        return f(block.first, outputs);
    }
    let mut halves = outputs.map(|output| {
        let width = output.len() / block.rows;
        output.split_at_mut(head * width)
    });
    let first = halves.each_mut().map(|(low, _)| std::mem::take(low));
    let second = halves.map(|(_, high)| high);
    let rest = Block {
        first: block.first + head,
        rows: block.rows - head,
        ..block
    };
    team::join(
        || divide(Block { rows: head, ..block }, low, first, f),
        || divide(rest, threads - low, second, f),
    );
}

/// Calls `f(samples, rows of each output, partial)` for each of `count` blocks of samples, where every block has a
/// part of `partials` to itself: sums over a batch are added within blocks, then over the blocks in order, and so
/// do not depend on the threads. Outputs have a row for each sample; `work` is that of one.
///
/// ```
/// let mut sums = [0.0; 2];
/// runner_kernel::parallel::blocks(5, 2, 1 << 30, [], &mut sums, &|samples, [], sum| {
///     sum[0] = samples.map(|sample| sample as f32).sum();
/// });
/// assert_eq!(sums, [0.0 + 1.0, 2.0 + 3.0 + 4.0]);
/// ```
///
/// # Panics
/// When outputs or partials cannot be divided so.
#[inline]
pub fn blocks<const N: usize>(
    samples: usize,
    count: usize,
    work: usize,
    outputs: [&mut [f32]; N],
    partials: &mut [f32],
    f: &(impl Fn(Range<usize>, [&mut [f32]; N], &mut [f32]) + Sync),
) {
    assert!(
        count > 0 && partials.len().is_multiple_of(count),
        "each block has a part"
    );
    for output in &outputs {
        assert!(
            samples > 0 && output.len().is_multiple_of(samples),
            "each sample has a row"
        );
    }
    let affordable = (samples.saturating_mul(work) / WORTH_A_THREAD).max(1);
    let threads = team::threads().min(affordable);
    divide_blocks(samples, count, 0..count, threads, outputs, partials, f);
}

fn divide_blocks<const N: usize>(
    samples: usize,
    count: usize,
    mut blocks: Range<usize>,
    threads: usize,
    outputs: [&mut [f32]; N],
    partials: &mut [f32],
    f: &(impl Fn(Range<usize>, [&mut [f32]; N], &mut [f32]) + Sync),
) {
    let start = |block: usize| block * samples / count;
    let range = start(blocks.start)..start(blocks.end);
    if blocks.len() <= 1 {
        return f(range, outputs, partials);
    }
    let head = if threads < 2 {
        1
    } else {
        (blocks.len() * (threads / 2) / threads).max(1)
    };
    let middle = blocks.start + head;
    let rows = start(middle) - range.start;
    let mut halves = outputs.map(|output| {
        let width = output.len().checked_div(range.len()).unwrap_or(0);
        output.split_at_mut(rows * width)
    });
    let first = halves.each_mut().map(|(low, _)| std::mem::take(low));
    let second = halves.map(|(_, high)| high);
    let (low, high) = partials.split_at_mut(partials.len() / blocks.len() * head);
    if threads < 2 {
        f(range.start..range.start + rows, first, low);
        blocks.start = middle;
        return divide_blocks(samples, count, blocks, threads, second, high, f);
    }
    team::join(
        || divide_blocks(samples, count, blocks.start..middle, threads / 2, first, low, f),
        || {
            divide_blocks(
                samples,
                count,
                middle..blocks.end,
                threads - threads / 2,
                second,
                high,
                f,
            )
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_visited_once() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        for threads in [1, 2, 3, 8] {
            let team = team::Team::new(threads);
            team.expect("threads start").install(|| {
                for n in [0usize, 1, 2, 7, 64] {
                    let seen: Vec<AtomicUsize> = (0..n).map(|_| AtomicUsize::new(0)).collect();
                    each(n, WORTH_A_THREAD, &|i| {
                        seen[i].fetch_add(1, Ordering::Relaxed);
                    });
                    assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1));
                }
            });
        }
    }

    #[test]
    fn every_row_is_visited_once_in_whole_units() {
        for threads in [1, 2, 3, 8] {
            let team = team::Team::new(threads);
            team.expect("threads start").install(|| {
                for n in [1usize, 2, 7, 64, 65] {
                    let mut seen = vec![0.0; n * 3];
                    rows(n, 4, WORTH_A_THREAD, [&mut seen], &|first, [block]| {
                        assert!(first.is_multiple_of(4));
                        for (i, x) in block.iter_mut().enumerate() {
                            *x += (first * 3 + i) as f32;
                        }
                    });
                    assert!(seen.iter().enumerate().all(|(i, &x)| x == i as f32), "{threads} {n}");
                }
            });
        }
    }
}
