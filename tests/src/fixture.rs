//! The initial directory of every run: files, directories and links of every kind, always the same.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};
use wasi_adapt::FileTree;

/// The time of the last change of everything in the fixture: 2024-01-02 03:04:05.123456789.
const CHANGED: Duration = Duration::new(1704164645, 123456789);

/// Fills an empty directory.
pub fn make(root: &Path) -> std::io::Result<()> {
    make_changed_at(root, CHANGED)
}

/// The same as it is when it is embedded in a component: times are whole seconds.
pub fn make_as_embedded(root: &Path) -> std::io::Result<()> {
    make_changed_at(root, Duration::from_secs(CHANGED.as_secs()))
}

fn make_changed_at(root: &Path, changed: Duration) -> std::io::Result<()> {
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
    let changed = SystemTime::UNIX_EPOCH + changed;
    let times = FileTimes::new().set_accessed(changed).set_modified(changed);
    let dirs = ["sub/deep", "sub", "emptydir", "."];
    for name in files.iter().map(|(name, _)| *name).chain(dirs) {
        File::open(root.join(name))?.set_times(times)?;
    }
    Ok(())
}

/// Returns the fixture as files to embed, with directories preopened: each under a name, with its path in the fixture.
pub fn tree<'a>(mapped: impl Iterator<Item = (&'a str, &'a str)>) -> FileTree {
    let original = tempfile::tempdir().expect("a directory for the fixture");
    make(original.path()).expect("the fixture can be made");
    let mut tree = FileTree::new();
    for (name, path) in mapped {
        add(&mut tree, &original.path().join(path), name).expect("the fixture can be read");
        tree.preopen(name);
    }
    tree.time(CHANGED.as_secs());
    tree
}

/// Adds a directory with all that is in it, bad links too, which `FileTree::embed` refuses.
fn add(tree: &mut FileTree, host: &Path, guest: &str) -> std::io::Result<()> {
    tree.directory(guest);
    for entry in fs::read_dir(host)? {
        let entry = entry?;
        let name = format!("{guest}/{}", entry.file_name().to_str().expect("a name in UTF-8"));
        let ty = entry.file_type()?;
        if ty.is_dir() {
            add(tree, &entry.path(), &name)?;
        } else if ty.is_symlink() {
            let target = fs::read_link(entry.path())?;
            tree.link(&name, target.to_str().expect("a target in UTF-8"));
        } else {
            tree.file(&name, fs::read(entry.path())?);
        }
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
