//! The initial directory of every run: files, directories and links of every kind, always the same.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// The time of the last change of everything in the fixture: 2024-01-02 03:04:05.123456789.
const CHANGED: Duration = Duration::new(1704164645, 123456789);

/// Fills an empty directory.
pub fn make(root: &Path) -> std::io::Result<()> {
    for dir in ["sub/deep", "emptydir"] {
        fs::create_dir_all(root.join(dir))?;
    }
    let data: Vec<u8> = (0..10_000u32).map(|n| (n.wrapping_mul(2654435761) >> 13) as u8).collect();
    let files: [(&str, &[u8]); 7] = [
        ("hello.txt", b"hello, world\n"),
        ("empty", b""),
        ("data.bin", &data),
        ("sub/inner.txt", b"inner\n"),
        ("sub/a-longer-name.txt", b"longer\n"),
        ("sub/b", b"b"),
        ("sub/deep/leaf.txt", b"leaf\n"),
    ];
    for (name, content) in files {
        fs::write(root.join(name), content)?;
    }
    let far = "d/".repeat(1750);
    let links = [
        ("link", "hello.txt"),
        ("linkchain", "link"),
        ("dirlink", "sub"),
        ("dangling", "nowhere"),
        ("loop", "loop"),
        ("escape", "../../etc/passwd"),
        ("absolute", "/etc/passwd"),
        ("longlink", &far),
    ];
    for (name, target) in links {
        symlink(target, root.join(name))?;
    }
    let times =
        FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH + CHANGED).set_modified(SystemTime::UNIX_EPOCH + CHANGED);
    let dirs = ["sub/deep", "sub", "emptydir", "."];
    for name in files.iter().map(|(name, _)| *name).chain(dirs) {
        File::open(root.join(name))?.set_times(times)?;
    }
    Ok(())
}

/// Lists everything below a directory, one line each, sorted: type, permissions, size and content.
pub fn snapshot(root: &Path) -> std::io::Result<Vec<String>> {
    let mut lines = Vec::new();
    collect(root, "", &mut lines)?;
    lines.sort();
    Ok(lines)
}

fn collect(dir: &Path, prefix: &str, lines: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let metadata = entry.metadata()?;
        let mode = metadata.permissions().mode() & 0o7777;
        if metadata.is_dir() {
            lines.push(format!("{name}/ = {mode:o}"));
            collect(&path, &format!("{name}/"), lines)?;
        } else if metadata.is_symlink() {
            lines.push(format!("{name} = link to {}", fs::read_link(&path)?.to_string_lossy()));
        } else if !metadata.is_file() {
            lines.push(format!("{name} = {mode:o}, no file"));
        } else {
            let content = fs::read(&path)?;
            lines.push(format!("{name} = {mode:o}, {} bytes, {:08x}", content.len(), fnv(&content)));
        }
    }
    Ok(())
}

fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(2166136261, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(16777619))
}
