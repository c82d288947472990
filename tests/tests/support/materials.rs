//! Bills of materials.

use std::path::Path;
use std::process::Command;

use super::{data, installed, output_of};

/// Fails unless a bill follows the schema of CycloneDX.
pub fn validate(bill: &Path) {
    let mut python = Command::new("python3");
    python.arg("-B").arg(data("materials.py")).arg(bill).env("PYTHONPATH", installed("cyclonedx"));
    output_of(&mut python);
}
