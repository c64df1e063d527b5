//! Growing a tree level by level. Each feature is sorted once; at each level every node's part of every feature is
//! looked through for the best split, and then divided. Features are looked at on several threads; what one says does
//! not depend on the others, and they are compared in their order, so that no number of threads changes a bit.

use std::sync::atomic::{AtomicBool, Ordering};

use super::column::Column;
use super::criterion::Criterion;
use super::tree::{Node, Tree};
use runner_ground::random::Key;
use runner_kernel::parallel::each_mut;

/// When a node is not divided.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Splits from the root to a leaf, at most.
    pub max_depth: usize,
    /// A node of fewer samples is not divided.
    pub min_samples_split: usize,
    /// No leaf has fewer samples.
    pub min_samples_leaf: usize,
    /// A split decreases the impurity by this at least, in the share of all samples that the node has.
    pub min_impurity_decrease: f64,
    /// Features that are looked at for a split; drawn anew for each where it is not all.
    pub max_features: usize,
    /// For the draw.
    pub key: Key,
}

/// A node that may be divided.
struct Open<N> {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    known: N,
}

/// The best place to divide a node.
#[derive(Clone, Copy, Debug)]
struct Best {
    score: f64,
    feature: usize,
    /// The first sample that goes right.
    place: usize,
}

/// Features are looked at in this many parts: enough to be divided evenly, few enough that what each finds of every
/// node takes little room.
const PARTS: usize = 64;

/// A split that is made.
struct Split {
    start: usize,
    end: usize,
    feature: usize,
}

/// What grows.
struct Grower<'a, C: Criterion> {
    criterion: &'a C,
    rules: Rules,
    samples: usize,
    columns: Vec<Column>,
    nodes: Vec<Node>,
    values: Vec<f64>,
    goes_left: Vec<bool>,
}

/// The tree of samples of `width` numbers; none where `stop` was set.
pub fn grow<C: Criterion>(
    criterion: &C,
    features: &[f64],
    width: usize,
    rules: Rules,
    stop: &AtomicBool,
) -> Option<Tree> {
    let samples = features.len() / width.max(1);
    let mut columns: Vec<Option<Column>> = (0..width).map(|_| None).collect();
    each_mut(&mut columns, samples * 20, &|index, column| {
        *column = Some(Column::new(features, width, index));
    });
    let mut grower = Grower {
        criterion,
        rules,
        samples,
        columns: columns.into_iter().flatten().collect(),
        nodes: Vec::new(),
        values: Vec::new(),
        goes_left: vec![false; samples],
    };
    let root = criterion.node(&mut (0..samples as u32));
    let mut level: Vec<Open<C::Node>> = grower.add(root, 0, samples, 0).into_iter().collect();
    while !level.is_empty() {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        level = grower.divide(level);
    }
    let outputs = grower.values.len() / grower.nodes.len().max(1);
    Some(Tree::in_preorder(width, outputs, &grower.nodes, &grower.values))
}

impl<C: Criterion> Grower<'_, C> {
    /// Adds a node, which is a leaf until it is divided; gives it where it may be.
    fn add(&mut self, known: C::Node, start: usize, end: usize, depth: usize) -> Option<Open<C::Node>> {
        let node = self.nodes.len();
        let samples = end - start;
        self.nodes.push(Node {
            split: None,
            samples: samples as u64,
            impurity: self.criterion.impurity(&known),
        });
        self.criterion.value(&known, &mut self.values);
        let rules = &self.rules;
        let leaf = depth >= rules.max_depth
            || samples < rules.min_samples_split
            || samples < 2 * rules.min_samples_leaf
            || self.criterion.is_pure(&known);
        (!leaf).then_some(Open {
            node,
            start,
            end,
            depth,
            known,
        })
    }

    /// Divides the nodes of a level; gives those of the next.
    fn divide(&mut self, level: Vec<Open<C::Node>>) -> Vec<Open<C::Node>> {
        let found = self.search(&level);
        let (mut splits, mut next) = (Vec::new(), Vec::new());
        for (open, best) in level.into_iter().zip(found) {
            if let Some(best) = best {
                self.split(open, best, &mut splits, &mut next);
            }
        }
        if !next.is_empty() {
            let work = splits.iter().map(|split| split.end - split.start).sum::<usize>() * 4;
            let goes_left = &self.goes_left;
            each_mut(&mut self.columns, work, &|feature, column| {
                for split in splits.iter().filter(|split| split.feature != feature) {
                    column.part(split.start, split.end, goes_left);
                }
            });
        }
        next
    }

    /// The best split of each node: of equal ones that of the first feature.
    fn search(&self, level: &[Open<C::Node>]) -> Vec<Option<Best>> {
        let looked: Vec<Option<Vec<bool>>> = level.iter().map(|open| self.looked_at(open)).collect();
        let samples: usize = level.iter().map(|open| open.end - open.start).sum();
        let features = self.columns.len();
        let each = features.div_ceil(PARTS).max(1);
        let mut parts: Vec<Vec<Option<Best>>> = vec![vec![None; level.len()]; features.div_ceil(each)];
        each_mut(&mut parts, samples * each * 8, &|part, best| {
            let mut sides = C::Sides::default();
            for feature in part * each..features.min((part + 1) * each) {
                for ((open, looked), best) in level.iter().zip(&looked).zip(best.iter_mut()) {
                    if looked.as_ref().is_none_or(|looked| looked[feature]) {
                        self.improve(best, open, feature, &mut sides);
                    }
                }
            }
        });
        let mut parts = parts.into_iter();
        let mut found = parts.next().unwrap_or_default();
        for part in parts {
            for (best, one) in found.iter_mut().zip(part) {
                if one.is_some_and(|one| best.is_none_or(|best| one.score > best.score)) {
                    *best = one;
                }
            }
        }
        found
    }

    /// The features that are looked at for a node; all where nothing is drawn. As in scikit-learn those that do not
    /// vary count too, but one that varies is among them where there is one.
    fn looked_at(&self, open: &Open<C::Node>) -> Option<Vec<bool>> {
        let all = self.columns.len();
        if self.rules.max_features >= all {
            return None;
        }
        let mut looked = vec![false; all];
        let mut varies = false;
        for (count, feature) in self
            .rules
            .key
            .at(open.node as u64)
            .permutation(all)
            .into_iter()
            .enumerate()
        {
            if count >= self.rules.max_features && varies {
                break;
            }
            looked[feature as usize] = true;
            varies |= !self.columns[feature as usize].is_constant(open.start, open.end);
        }
        Some(looked)
    }

    /// Takes the best split by a feature where it is better than what was found: of equal ones that of the lowest
    /// threshold.
    fn improve(&self, best: &mut Option<Best>, open: &Open<C::Node>, feature: usize, sides: &mut C::Sides) {
        let column = &self.columns[feature];
        if column.is_constant(open.start, open.end) {
            return;
        }
        let entries = &column.entries[open.start..open.end];
        let least = self.rules.min_samples_leaf.max(1);
        self.criterion.start(&open.known, sides);
        for (index, pair) in entries.windows(2).enumerate() {
            self.criterion.take(sides, pair[0].row);
            let left = index + 1;
            let right = entries.len() - left;
            if pair[0].rank == pair[1].rank || left < least {
                continue;
            }
            if right < least {
                break;
            }
            let score = self.criterion.score(sides, left, right);
            if best.is_none_or(|best| score > best.score) {
                let place = open.start + left;
                *best = Some(Best { score, feature, place });
            }
        }
    }

    /// Divides a node, unless its impurity decreases too little.
    fn split(&mut self, open: Open<C::Node>, best: Best, splits: &mut Vec<Split>, next: &mut Vec<Open<C::Node>>) {
        let (start, end) = (open.start, open.end);
        let Best { feature, place, .. } = best;
        let column = &self.columns[feature];
        let threshold = column.threshold(place);
        let rows = |from: usize, to: usize| column.entries[from..to].iter().map(|entry| entry.row);
        let left = self.criterion.node(&mut rows(start, place));
        let right = self.criterion.node(&mut rows(place, end));
        let [parent, below, above] = [&open.known, &left, &right].map(|node| self.criterion.impurity(node));
        let share = |count: usize, of: usize| count as f64 / of as f64;
        let all = end - start;
        let decrease = parent - share(end - place, all) * above - share(place - start, all) * below;
        if share(all, self.samples) * decrease + f64::EPSILON < self.rules.min_impurity_decrease {
            return;
        }
        for entry in &column.entries[start..place] {
            self.goes_left[entry.row as usize] = true;
        }
        for entry in &column.entries[place..end] {
            self.goes_left[entry.row as usize] = false;
        }
        let children = self.nodes.len();
        self.nodes[open.node].split = Some((feature, threshold, [children, children + 1]));
        let open_before = next.len();
        next.extend(self.add(left, start, place, open.depth + 1));
        next.extend(self.add(right, place, end, open.depth + 1));
        if next.len() > open_before {
            splits.push(Split { start, end, feature });
        }
    }
}
