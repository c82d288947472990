//! Programs that communicate: C sources, each compiled natively and, with the SDK, as a component; and processes that
//! print their port and end in time.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::{ZIG_CACHE, data, installed, output_of, root, wasi_adapt, zig_cc};

/// A process that takes longer waits for something that never comes.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The form in which a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum As {
    Native,
    Component,
}

/// A program whose source is in a folder of tests/data, ready to run.
#[derive(Clone)]
pub struct Program {
    path: PathBuf,
    what: As,
}

impl Program {
    pub fn new(name: &'static str, what: As) -> Self {
        Self::with(name, what, |_| ())
    }

    /// Compiles a program with the additions of `add`. Each program is compiled once, and one at a time: the first
    /// builds zig's C library.
    pub fn with(name: &'static str, what: As, add: impl FnOnce(&mut Command)) -> Self {
        Self::of("sockets", name, what, add)
    }

    /// The same with a source in another folder than `sockets`.
    pub fn of(folder: &str, name: &'static str, what: As, add: impl FnOnce(&mut Command)) -> Self {
        static PROGRAMS: Mutex<BTreeMap<(&str, As), PathBuf>> = Mutex::new(BTreeMap::new());
        let mut programs = PROGRAMS.lock().expect("no other program has failed to compile");
        let path = programs.entry((name, what)).or_insert_with(|| {
            let source = data(folder).join(name).with_extension("c");
            let mut compiler = compiler(what);
            compiler.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Wextra", "-Werror"]).arg(source);
            add(&mut compiler);
            let program = built().join(Path::new(name).file_name().expect("a name"));
            match what {
                As::Native => native(compiler, program),
                As::Component => component(compiler, &program),
            }
        });
        Self { path: path.clone(), what }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the module that a component was linked from.
    pub fn module(&self) -> PathBuf {
        assert_eq!(self.what, As::Component);
        self.path.with_extension("").with_extension("wasm")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_with(&[], arguments)
    }

    /// Returns the command, with options for `wasi-adapt run` if it is a component.
    pub fn command_with(&self, options: &[&str], arguments: &[&str]) -> Command {
        let mut command = match self.what {
            As::Native => Command::new(&self.path),
            As::Component => {
                let mut run = wasi_adapt();
                run.args(["run", "--inherit-network", "--allow-ip-name-lookup"]).args(options);
                run.arg(&self.path);
                run
            }
        };
        command.args(arguments);
        command
    }
}

/// Returns the directory in which a test program builds others. It is kept, for debugging.
pub fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
        output_of(wasi_adapt().arg("sdk").arg(directory.join("sdk")));
        directory
    })
}

/// Returns the SDK that the programs are built with.
pub fn sdk() -> PathBuf {
    built().join("sdk")
}

/// Returns the library of sockets in the SDK.
pub fn library() -> PathBuf {
    sdk().join("lib/libwasi_sockets.a")
}

/// Returns the same compiler for both, with the SDK's headers for components. The native C library is musl, on which
/// wasi-libc is based.
pub fn compiler(what: As) -> Command {
    let mut zig = match what {
        As::Native => {
            let mut zig = Command::new(installed("python/ziglang/zig"));
            zig.args(["cc", "-target", "native-linux-musl"]).envs(ZIG_CACHE);
            zig
        }
        As::Component => {
            let mut zig = zig_cc();
            zig.arg("-I").arg(sdk().join("include"));
            zig
        }
    };
    zig.arg("-I").arg(root().join("tests/guests/include"));
    zig
}

fn native(mut compiler: Command, program: PathBuf) -> PathBuf {
    output_of(compiler.arg("-o").arg(&program));
    program
}

fn component(mut compiler: Command, program: &Path) -> PathBuf {
    let [module, component] = ["wasm", "component.wasm"].map(|extension| program.with_extension(extension));
    output_of(compiler.arg(library()).arg("-o").arg(&module));
    output_of(wasi_adapt().arg("link").arg(&module).arg("-o").arg(&component));
    component
}

/// A running process, with both its outputs in one, line by line. It is killed if it has not ended.
pub struct Process {
    child: Child,
    lines: Receiver<Vec<u8>>,
    deadline: Instant,
    what: String,
}

impl Process {
    pub fn start(mut command: Command) -> Self {
        let what = format!("{command:?}");
        let (reader, writer) = io::pipe().expect("a pipe");
        command.stdin(Stdio::null()).stdout(writer.try_clone().expect("another end")).stderr(writer);
        let child = command.spawn().unwrap_or_else(|error| panic!("{what}: {error}"));
        drop(command); // It holds ends of the pipe, too.
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|len| len > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, deadline: Instant::now() + TIMEOUT, what }
    }

    /// Returns a number of bytes from the state that Linux tells of it, such as `VmRSS`.
    pub fn memory(&self, name: &str) -> u64 {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&file).expect("it is running");
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kibibytes.unwrap_or_else(|| panic!("{file} has no {name}")) * 1024
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_none()
    }

    /// Sends a signal.
    #[cfg(unix)]
    pub fn signal(&self, signal: libc::c_int) {
        let id = libc::pid_t::try_from(self.child.id()).expect("an id");
        // SAFETY: the process is there until it is waited for.
        assert_eq!(unsafe { libc::kill(id, signal) }, 0);
    }

    /// Returns the next line, unchanged; none at the end.
    pub fn line(&self) -> Option<Vec<u8>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.lines.recv_timeout(left) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("{} does not come to an end", self.what),
        }
    }

    /// Waits for a line with this text; returns false if none comes.
    pub fn says(&self, text: &str) -> bool {
        std::iter::from_fn(|| self.line()).any(|line| String::from_utf8_lossy(&line).contains(text))
    }

    /// Returns the number after `port ` in the next line, by which a server announces it.
    pub fn port(&self) -> u16 {
        let line = String::from_utf8_lossy(&self.line().unwrap_or_default()).into_owned();
        let port = line.split_once("port ").and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
        port.unwrap_or_else(|| panic!("{} says no port, but `{line}`", self.what))
    }

    /// Waits until it has ended successfully, and returns the rest of its output.
    pub fn output(mut self) -> Vec<u8> {
        let output = self.rest();
        let status = self.child.wait().expect("it can be waited for");
        assert!(status.success(), "{}: {status}\n{}", self.what, String::from_utf8_lossy(&output));
        output
    }

    /// Returns the rest of the output, however it ends.
    pub fn rest(&self) -> Vec<u8> {
        std::iter::from_fn(|| self.line()).collect::<Vec<_>>().concat()
    }

    /// Returns the rest of the output as text.
    pub fn text(self) -> String {
        String::from_utf8(self.output()).expect("it writes text")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
