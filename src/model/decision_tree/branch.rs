//! A tree as people look at it: its upper part, node by node.

use super::tree::Tree;
use runner_ground::files::tensors::Tensors;

/// A node of a tree with what is below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branch {
    /// The feature that it looks at, and the largest number that goes to the first of both; none in leaves.
    pub split: Option<(usize, f64)>,
    /// Training samples that come here.
    pub samples: u64,
    /// What is predicted of them: the share of each class, or each number.
    pub value: Vec<f64>,
    /// Both nodes below; none of a leaf, nor where the rest is left out.
    pub below: Vec<Branch>,
}

/// The upper part of the tree that these weights are of, for samples of so many numbers; none where they are of none.
pub fn upper_tree(weights: &Tensors, width: usize) -> Option<Branch> {
    /// As many splits after each other: more nobody takes in.
    const SHOWN: usize = 4;
    let outputs = *weights.find("tree.value").ok()?.shape.get(1)?;
    let tree = Tree::import(weights, width, outputs).ok()?;
    (tree.len() > 0).then(|| tree.branch(0, SHOWN))
}
