//! A disk that is full while the command writes: it says so, and nothing is half written. A limit on the size of files
//! stands for the full disk.
#![cfg(target_os = "linux")]

mod common;

use common::{program, run, text, wasi_adapt};
use std::fs;
use std::io::Error;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

/// The size in bytes that a file can have.
const ROOM: u64 = 4096;

/// Runs the command, which must fail, and returns its message.
fn without_room(args: &[&str]) -> String {
    let mut command = wasi_adapt(args);
    let limit = || {
        let limit = libc::rlimit { rlim_cur: ROOM, rlim_max: ROOM };
        // SAFETY: both only change settings of the new process, and may be called between fork and exec.
        let set = unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::setrlimit(libc::RLIMIT_FSIZE, &limit)
        };
        if set == 0 { Ok(()) } else { Err(Error::last_os_error()) }
    };
    // SAFETY: `limit` calls nothing else.
    unsafe { command.pre_exec(limit) };
    let output = run(&mut command, b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{args:?}: {stderr}");
    stderr
}

/// Returns all files in a directory and below.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

#[test]
fn no_output_is_half_written() {
    let dir = tempfile::tempdir().unwrap();
    let (hello, out) = (program("hello.wat"), dir.path().join("out.wasm"));
    fs::write(&out, "as it was").unwrap();
    for args in [
        &["link", &hello, "-o", text(&out)] as &[_],
        &["link", &hello, &program("echo.wat"), "--out-dir", text(dir.path())],
        &["sdk", text(&dir.path().join("sdk"))],
    ] {
        let stderr = without_room(args);
        assert!(stderr.contains("File too large"), "{args:?}: {stderr}");
        assert!(stderr.contains(text(dir.path())), "{args:?}: {stderr}");
    }
    assert_eq!(fs::read(&out).unwrap(), b"as it was");
    for file in files(dir.path()) {
        let cut = fs::metadata(&file).unwrap().len() == ROOM;
        assert!(!cut && !file.to_string_lossy().contains(".wasi-adapt-"), "{} is left behind", file.display());
    }
}

#[test]
fn files_are_extracted_all_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let [host, component, to] = ["host", "component.wasm", "to"].map(|name| dir.path().join(name));
    fs::create_dir(&host).unwrap();
    fs::write(host.join("small"), "small").unwrap();
    fs::write(host.join("vast"), vec![7; 2 * ROOM as usize]).unwrap();
    let embed = format!("{}::/", host.display());
    let linked =
        run(&mut wasi_adapt(&["link", &program("remove.wat"), "--embed", &embed, "-o", text(&component)]), b"");
    assert!(linked.status.success(), "{}", String::from_utf8_lossy(&linked.stderr));
    let stderr = without_room(&["extract", text(&component), text(&to)]);
    assert!(stderr.contains("vast") && stderr.contains("File too large"), "{stderr}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn a_device_without_room_is_named() {
    let output = run(&mut wasi_adapt(&["link", &program("hello.wat"), "-o", "/dev/full"]), b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("writing `/dev/full`") && stderr.contains("No space left on device"), "{stderr}");
}
