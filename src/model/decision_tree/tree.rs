//! A grown tree as arrays, in the names of scikit-learn's `tree_`: what is kept, and what predicts.

use super::branch::Branch;
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;

/// The nodes of a tree, parents before children, left before right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// Numbers of a sample.
    pub width: usize,
    /// Numbers that are predicted.
    pub outputs: usize,
    /// The feature that a node looks at; -1 in leaves.
    pub feature: Vec<i64>,
    /// Samples whose feature is not larger go left.
    pub threshold: Vec<f64>,
    /// The left child; -1 in leaves.
    pub left: Vec<i64>,
    /// The right child; -1 in leaves.
    pub right: Vec<i64>,
    /// `[nodes, outputs]`: the share of each class, or the mean of each number.
    pub value: Vec<f64>,
    /// Training samples of each node.
    pub samples: Vec<i64>,
    /// How unlike their targets are.
    pub impurity: Vec<f64>,
}

/// A node as it is grown.
#[derive(Clone, Debug)]
pub struct Node {
    /// Feature, threshold and both children; none in leaves.
    pub split: Option<(usize, f64, [usize; 2])>,
    /// Training samples.
    pub samples: u64,
    /// How unlike their targets are.
    pub impurity: f64,
}

/// No child, no feature.
const LEAF: i64 = -1;

impl Tree {
    /// A tree from nodes in any order, the root first; `values` has `outputs` numbers for each.
    pub fn in_preorder(width: usize, outputs: usize, nodes: &[Node], values: &[f64]) -> Self {
        let mut tree = Self {
            width,
            outputs,
            ..Self::default()
        };
        // The parent's place for right children, which come when all of the left is there.
        let mut waiting: Vec<(usize, Option<usize>)> = vec![(0, None)];
        while let Some((index, parent)) = waiting.pop() {
            let place = tree.feature.len();
            if let Some(parent) = parent {
                tree.right[parent] = place as i64;
            }
            let Some(node) = nodes.get(index) else { continue };
            let (feature, threshold) = node.split.map_or((LEAF, 0.0), |(feature, at, _)| (feature as i64, at));
            tree.feature.push(feature);
            tree.threshold.push(threshold);
            tree.left
                .push(if node.split.is_some() { place as i64 + 1 } else { LEAF });
            tree.right.push(LEAF);
            tree.value.extend_from_slice(&values[index * outputs..][..outputs]);
            tree.samples.push(node.samples as i64);
            tree.impurity.push(node.impurity);
            if let Some((.., [left, right])) = node.split {
                waiting.extend([(right, Some(place)), (left, None)]);
            }
        }
        tree
    }

    /// Number of nodes; 0 before it is grown.
    pub fn len(&self) -> usize {
        self.feature.len()
    }

    /// Whether a node has no children.
    pub fn is_leaf(&self, node: usize) -> bool {
        self.left[node] == LEAF
    }

    /// Both children of a node that has them.
    pub fn children(&self, node: usize) -> [usize; 2] {
        [self.left[node] as usize, self.right[node] as usize]
    }

    /// What is predicted of a sample.
    pub fn predict(&self, sample: &[f64]) -> &[f64] {
        if self.len() == 0 {
            return &[];
        }
        let mut node = 0;
        while !self.is_leaf(node) {
            let [left, right] = self.children(node);
            node = if sample[self.feature[node] as usize] <= self.threshold[node] {
                left
            } else {
                right
            };
        }
        &self.value[node * self.outputs..][..self.outputs]
    }

    /// A node with what is below it, as deep as so many splits.
    pub fn branch(&self, node: usize, depth: usize) -> Branch {
        let split = (!self.is_leaf(node)).then(|| (self.feature[node] as usize, self.threshold[node]));
        let below = |child| self.branch(child, depth - 1);
        Branch {
            split,
            samples: self.samples[node] as u64,
            value: self.value[node * self.outputs..][..self.outputs].to_vec(),
            below: match split {
                Some(_) if depth > 0 => self.children(node).map(below).into(),
                _ => Vec::new(),
            },
        }
    }

    /// Splits from the root to the farthest leaf.
    pub fn depth(&self) -> u64 {
        let mut depths = vec![0; self.len()];
        for node in (0..self.len()).filter(|&node| !self.is_leaf(node)) {
            for child in self.children(node) {
                depths[child] = depths[node] + 1;
            }
        }
        depths.into_iter().max().unwrap_or(0)
    }

    /// Number of leaves.
    pub fn leaves(&self) -> u64 {
        (0..self.len()).filter(|&node| self.is_leaf(node)).count() as u64
    }

    /// By how much the splits of each feature decrease the impurity of all samples, together 1; all 0 in a tree
    /// without splits.
    pub fn importances(&self) -> Vec<f64> {
        let mut brought = vec![0.0; self.width];
        let weighted = |node: usize| self.samples[node] as f64 * self.impurity[node];
        for node in (0..self.len()).filter(|&node| !self.is_leaf(node)) {
            let [left, right] = self.children(node);
            brought[self.feature[node] as usize] += weighted(node) - weighted(left) - weighted(right);
        }
        let all: f64 = brought.iter().sum();
        if all > 0.0 {
            brought.iter_mut().for_each(|one| *one /= all);
        }
        brought
    }

    /// Adds it to a file.
    pub fn export(&self, out: &mut Tensors) {
        let nodes = [self.len()];
        out.push_integers("tree.feature", &nodes, self.feature.clone());
        out.push_doubles("tree.threshold", &nodes, self.threshold.clone());
        out.push_integers("tree.children_left", &nodes, self.left.clone());
        out.push_integers("tree.children_right", &nodes, self.right.clone());
        out.push_doubles("tree.value", &[self.len(), self.outputs], self.value.clone());
        out.push_integers("tree.n_node_samples", &nodes, self.samples.clone());
        out.push_doubles("tree.impurity", &nodes, self.impurity.clone());
    }

    /// That of a file, for samples of `width` numbers.
    ///
    /// # Errors
    /// When a tensor is missing, or they are no tree.
    pub fn import(from: &Tensors, width: usize, outputs: usize) -> Result<Self> {
        let len = from.find("tree.feature")?.shape.first().copied().unwrap_or(0);
        let nodes = [len];
        let tree = Self {
            width,
            outputs,
            feature: from.integers("tree.feature", &nodes)?.to_vec(),
            threshold: from.doubles("tree.threshold", &nodes)?.to_vec(),
            left: from.integers("tree.children_left", &nodes)?.to_vec(),
            right: from.integers("tree.children_right", &nodes)?.to_vec(),
            value: from.doubles("tree.value", &[len, outputs])?.to_vec(),
            samples: from.integers("tree.n_node_samples", &nodes)?.to_vec(),
            impurity: from.doubles("tree.impurity", &nodes)?.to_vec(),
        };
        if tree.is_whole() {
            Ok(tree)
        } else {
            Err(from.error("its nodes are those of no tree"))
        }
    }

    /// Whether every way through it ends: children come after their parents, and features are there.
    fn is_whole(&self) -> bool {
        (0..self.len()).all(|node| {
            let follows = |child: i64| usize::try_from(child).is_ok_and(|child| child > node && child < self.len());
            let known = usize::try_from(self.feature[node]).is_ok_and(|feature| feature < self.width);
            match (self.left[node], self.right[node]) {
                (LEAF, LEAF) => true,
                (left, right) => known && follows(left) && follows(right),
            }
        })
    }
}
