//! Compares output with files below `tests/golden/`. `BLESS=1 cargo test` writes the output instead.

use std::fs;
use std::path::Path;

/// Compares `found` with the golden file `name`.
#[track_caller]
pub fn check(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected == found {
        return;
    }
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let mut report = String::new();
    for index in 0..expected.len().max(found.len()) {
        let (left, right) = (expected.get(index), found.get(index));
        if left != right {
            report += &format!("  line {}:\n    golden {left:?}\n    found  {right:?}\n", index + 1);
        }
    }
    panic!("golden/{name} says otherwise (BLESS=1 renews it, if what was found is right):\n{report}");
}
