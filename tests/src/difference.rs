//! Compares two runs of a guest.
//!
//! A difference is one line of text, in the format of the table of known differences: `CALL = PREVIEW1 -> COMPONENT` if
//! both made the same call with different results, else both lines, as `PREVIEW1 -> COMPONENT`. Lines of stderr, the
//! exit status and files have the prefixes `stderr: `, `exit: `, `file: `.

use crate::run::Observed;
use wasi_adapt_host::Exit;

/// Replaces a line that only one of the two printed.
pub const NOTHING: &str = "(nothing)";

/// Returns all differences between the run under the preview1 host and that of the component.
pub fn between(preview1: &Observed, component: &Observed) -> Vec<String> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let mut found = Vec::new();
    compare("", &lines(&preview1.stdout), &lines(&component.stdout), &mut found);
    compare("stderr: ", &lines(&preview1.stderr), &lines(&component.stderr), &mut found);
    compare("exit: ", &[ending(&preview1.exit)], &[ending(&component.exit)], &mut found);
    compare("file: ", &preview1.files, &component.files, &mut found);
    found
}

/// Returns the differences of two runs that make the same calls regardless of results, up to the first that influences
/// later calls: an error in place of another, or a number in place of another, does not.
pub fn while_in_step(preview1: &str, other: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (left, right) in preview1.lines().zip(other.lines()).filter(|(left, right)| left != right) {
        found.push(describe(Some(left), Some(right)));
        let succeeded = |line: &str| line.ends_with(" = SUCCESS");
        if !left.contains(" = ") || key(left) != key(right) || succeeded(left) || succeeded(right) {
            break;
        }
    }
    found
}

/// Formats the end of a run. A trap's message is left out, because it differs between hosts.
fn ending(exit: &Exit) -> String {
    match exit {
        Exit::Code(code) => format!("status = {code}"),
        Exit::Trap(_) => "status = trap".into(),
    }
}

fn compare(prefix: &str, preview1: &[String], component: &[String], found: &mut Vec<String>) {
    for (left, right) in align(preview1, component) {
        if left != right {
            found.push(format!("{prefix}{}", describe(left, right)));
        }
    }
}

fn describe(left: Option<&str>, right: Option<&str>) -> String {
    if let (Some(left), Some(right)) = (left, right)
        && let (Some((call, before)), Some((same, after))) = (left.rsplit_once(" = "), right.rsplit_once(" = "))
        && call == same
    {
        return format!("{call} = {before} -> {after}");
    }
    format!("{} -> {}", left.unwrap_or(NOTHING), right.unwrap_or(NOTHING))
}

/// Returns the part of a line that precedes the result: the call, or else the first word.
fn key(line: &str) -> &str {
    match line.rsplit_once(" = ") {
        Some((call, _)) => call,
        None => line.split_once(' ').map_or(line, |(word, _)| word),
    }
}

/// Pairs the lines of two runs by their longest common subsequence of keys.
fn align<'a>(left: &'a [String], right: &'a [String]) -> Vec<(Option<&'a str>, Option<&'a str>)> {
    // Runs with the same number of lines almost always agree line by line.
    if left.len() == right.len() && left.iter().zip(right).all(|(left, right)| key(left) == key(right)) {
        return left.iter().zip(right).map(|(left, right)| (Some(left.as_str()), Some(right.as_str()))).collect();
    }
    let mut common = vec![vec![0u32; right.len() + 1]; left.len() + 1];
    for l in (0..left.len()).rev() {
        for r in (0..right.len()).rev() {
            common[l][r] = match key(&left[l]) == key(&right[r]) {
                true => common[l + 1][r + 1] + 1,
                false => common[l + 1][r].max(common[l][r + 1]),
            };
        }
    }
    let (mut l, mut r, mut pairs) = (0, 0, Vec::new());
    while l < left.len() || r < right.len() {
        let both = l < left.len() && r < right.len();
        if both && key(&left[l]) == key(&right[r]) {
            pairs.push((Some(left[l].as_str()), Some(right[r].as_str())));
            (l, r) = (l + 1, r + 1);
        } else if l < left.len() && (r == right.len() || common[l + 1][r] >= common[l][r + 1]) {
            pairs.push((Some(left[l].as_str()), None));
            l += 1;
        } else {
            pairs.push((None, Some(right[r].as_str())));
            r += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(left: &[&str], right: &[&str]) -> Vec<String> {
        let own = |lines: &[&str]| lines.iter().map(|line| line.to_string()).collect::<Vec<_>>();
        let mut found = Vec::new();
        compare("", &own(left), &own(right), &mut found);
        found
    }

    #[test]
    fn a_result_is_told_apart_from_its_call() {
        assert_eq!(found(&["f(a = b) = BADF"], &["f(a = b) = INVAL"]), ["f(a = b) = BADF -> INVAL"]);
        assert_eq!(found(&["n 1"], &["n 2"]), ["n 1 -> n 2"]);
    }

    #[test]
    fn nothing_counts_that_follows_from_another_difference() {
        let left = "a = BADF\nb = SUCCESS\nc = 1\n";
        assert_eq!(while_in_step(left, "a = INVAL\nb = SUCCESS\nc = 2\n"), ["a = BADF -> INVAL", "c = 1 -> 2"]);
        assert_eq!(while_in_step(left, "a = BADF\nb = BADF\nc = 2\n"), ["b = SUCCESS -> BADF"]);
    }

    #[test]
    fn a_missing_line_does_not_shift_the_others() {
        assert_eq!(found(&["a = 1", "b = 1", "c = 1"], &["a = 1", "c = 2"]), ["b = 1 -> (nothing)", "c = 1 -> 2"]);
        assert_eq!(found(&["a = 1"], &["x 5", "a = 1"]), ["(nothing) -> x 5"]);
    }
}
