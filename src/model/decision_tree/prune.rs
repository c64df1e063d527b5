//! Minimal cost-complexity pruning (Breiman, Friedman, Olshen and Stone 1984, chapter 3), as scikit-learn's `ccp_alpha`.

use std::collections::BTreeSet;

use super::tree::{Node, Tree};

/// The tree without the branches whose leaves cost more than what they bring: the weakest goes first, as long as what
/// it brings for each of its leaves but one is not more than `alpha`. Of equally weak ones the first goes first.
pub fn prune(tree: &Tree, alpha: f64) -> Tree {
    let len = tree.len();
    let all = tree.samples.first().map_or(1.0, |&samples| samples as f64);
    let error: Vec<f64> = (0..len)
        .map(|node| tree.samples[node] as f64 / all * tree.impurity[node])
        .collect();
    let mut branch = Branches {
        leaves: vec![1; len],
        error: error.clone(),
        parent: vec![None; len],
        cut: (0..len).map(|node| tree.is_leaf(node)).collect(),
    };
    for node in (0..len).rev().filter(|&node| !tree.is_leaf(node)) {
        let children = tree.children(node);
        branch.leaves[node] = children.iter().map(|&child| branch.leaves[child]).sum();
        branch.error[node] = children.iter().map(|&child| branch.error[child]).sum();
        children.into_iter().for_each(|child| branch.parent[child] = Some(node));
    }
    let inner = (0..len).filter(|&node| !tree.is_leaf(node));
    let mut queue: BTreeSet<(u64, usize)> = inner.map(|node| (branch.weakness(node, &error), node)).collect();
    while let Some((weakness, node)) = queue.pop_first() {
        if weakness > ordered(alpha) {
            break;
        }
        branch.cut(tree, node, &error, &mut queue);
    }
    let nodes: Vec<Node> = (0..len)
        .map(|node| Node {
            split: (!branch.cut[node])
                .then(|| (tree.feature[node] as usize, tree.threshold[node], tree.children(node))),
            samples: tree.samples[node] as u64,
            impurity: tree.impurity[node],
        })
        .collect();
    Tree::in_preorder(tree.width, tree.outputs, &nodes, &tree.value)
}

/// What hangs below each node.
struct Branches {
    leaves: Vec<u64>,
    /// The errors of these leaves together.
    error: Vec<f64>,
    parent: Vec<Option<usize>>,
    /// Nodes that are leaves, or became leaves.
    cut: Vec<bool>,
}

/// Bits that are ordered as their numbers are.
fn ordered(x: f64) -> u64 {
    let bits = x.to_bits();
    if x.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

impl Branches {
    /// What the splits below a node bring for each of its leaves but one.
    fn weakness(&self, node: usize, error: &[f64]) -> u64 {
        ordered((error[node] - self.error[node]) / (self.leaves[node] - 1) as f64)
    }

    /// Makes a node, which is not in the queue, a leaf.
    fn cut(&mut self, tree: &Tree, node: usize, error: &[f64], queue: &mut BTreeSet<(u64, usize)>) {
        self.cut[node] = true;
        let mut below: Vec<usize> = tree.children(node).to_vec();
        while let Some(one) = below.pop() {
            if !self.cut[one] {
                queue.remove(&(self.weakness(one, error), one));
                below.extend(tree.children(one));
            }
        }
        let (leaves, brought) = (self.leaves[node] - 1, error[node] - self.error[node]);
        let mut next = self.parent[node];
        while let Some(one) = next {
            queue.remove(&(self.weakness(one, error), one));
            self.leaves[one] -= leaves;
            self.error[one] += brought;
            queue.insert((self.weakness(one, error), one));
            next = self.parent[one];
        }
    }
}
