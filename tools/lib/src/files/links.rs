//! Checks that the links that were read lead somewhere within their directory, or nowhere: what they lead to beyond it is
//! not there when the program runs.

use super::{FileTree, Kind, read::shown};
use crate::names::quoted;
use crate::plan::{Problem, ProblemCode};

/// The most links that a program's path can go through.
const LINKS: usize = 40;

/// The fault of a link.
enum Fault {
    Absolute,
    Escapes,
    Loops,
}

/// Returns a problem for each link that leads out of its directory or in a circle.
pub fn check(tree: &FileTree) -> Vec<Problem> {
    let faulty = tree.nodes.iter().filter_map(|node| {
        let Kind::Link { target, read: Some((host, root)) } = &node.kind else { return None };
        let fault = follow(tree, node.parent, target, *root)?;
        let link = format!("{} is a link to {}", shown(host), quoted(target));
        Some(match fault {
            Fault::Absolute => (format!("{link}, which is absolute"), WITHIN),
            Fault::Escapes => (format!("{link}, which leads out of the directory that is embedded"), WITHIN),
            Fault::Loops => (format!("{link}, which leads in a circle"), "remove it, or let it lead to a file"),
        })
    });
    faulty.map(|(message, remedy)| Problem::new(ProblemCode::UnfitFile, message, remedy)).collect()
}

const WITHIN: &str =
    "embed a directory that contains what it leads to, through a relative link, or put a copy in its place";

/// Follows a link in a directory as programs do, and returns what keeps them from reaching a place.
fn follow(tree: &FileTree, directory: usize, target: &str, root: usize) -> Option<Fault> {
    let (mut at, mut followed) = (directory, 0);
    // The part of each target that is left, innermost last.
    let mut rest: Vec<std::str::Split<'_, char>> = Vec::new();
    let mut next = Some(target);
    loop {
        if let Some(target) = next.take() {
            followed += 1;
            if followed > LINKS {
                return Some(Fault::Loops);
            }
            if target.starts_with('/') {
                return Some(Fault::Absolute);
            }
            rest.push(target.split('/'));
        }
        let name = match rest.last_mut()?.next() {
            Some(name) => name,
            None => {
                rest.pop();
                continue;
            }
        };
        match name {
            "" | "." => {}
            ".." if at == root => return Some(Fault::Escapes),
            ".." => at = tree.nodes[at].parent,
            name => {
                let Kind::Directory(entries) = &tree.nodes[at].kind else { return None };
                let node = *entries.get(name)?;
                match &tree.nodes[node].kind {
                    Kind::Link { target, .. } => next = Some(target),
                    _ => at = node,
                }
            }
        }
    }
}
