//! Checks that no path in the tree is longer than a path can be.

use super::{FileTree, GIVE_A_NAME, PATH};
use crate::names::quoted;
use crate::plan::{Problem, ProblemCode};

/// Returns a problem for each file that has a longer path though the directory around it has not.
pub fn check(tree: &FileTree) -> Vec<Problem> {
    let (mut lengths, mut problems) = (Vec::with_capacity(tree.nodes.len()), Vec::new());
    for node in &tree.nodes {
        // A node comes after the directory that it is in.
        let around: usize = lengths.get(node.parent).copied().unwrap_or(0);
        let length = around + usize::from(around > 0) + node.name.len();
        if length > PATH && around <= PATH {
            let name = quoted(&node.name);
            let message = format!("{name} would have a path of {length} bytes, which is longer than a path can be");
            problems.push(Problem::new(ProblemCode::UnfitFile, message, GIVE_A_NAME));
        }
        lengths.push(length);
    }
    problems
}
