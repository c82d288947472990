//! Compiles what is measured, by zig: for this machine, and for WASI.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use wasi_adapt::sdk;

use crate::guests::Guest;

/// As C compilers for WASI have it; zig's own choice is 16 MiB.
const STACK: &str = "-Wl,-z,stack-size=65536";

/// The same for all, so that they differ in what is below the C library only.
const FLAGS: [&str; 5] = ["-std=gnu23", "-O2", "-s", "-Wall", "-Werror"];

/// Where the programs are while they are measured.
pub struct Programs {
    dir: TempDir,
}

impl Programs {
    pub fn new() -> Result<Self> {
        Ok(Self { dir: tempfile::tempdir().context("making a directory for the programs")? })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// As a program of this machine. Its C library is musl, from which wasi-libc comes.
    pub fn native(&self, guest: &Guest) -> Result<PathBuf> {
        self.compile("native", &["-target", "native-linux-musl"], &[guest.source()])
    }

    /// As a preview1 module.
    pub fn preview1(&self, guest: &Guest) -> Result<Vec<u8>> {
        let include = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/include");
        read(&self.compile("preview1.wasm", &["-target", "wasm32-wasi", STACK, "-I", include], &[guest.source()])?)
    }

    /// As a preview1 module with the sockets of the sdk.
    pub fn with_sockets(&self, guest: &Guest) -> Result<Vec<u8>> {
        let (include, library) = (self.path("include"), self.path("libwasi_sockets.a"));
        fs::write(&library, sdk::sockets_library()?)?;
        for (name, text) in sdk::socket_headers() {
            let header = include.join(name);
            fs::create_dir_all(header.parent().context("headers lie in a directory")?)?;
            fs::write(header, text)?;
        }
        let include = include.to_str().context("the directory for temporary files has a strange name")?;
        let files = [guest.source(), library.as_path()];
        read(&self.compile("sockets.wasm", &["-target", "wasm32-wasi", STACK, "-I", include], &files)?)
    }

    /// As a component that calls WASI 0.2 itself, by the bindings that the build script has generated.
    pub fn direct(&self, guest: &Guest) -> Result<Vec<u8>> {
        const BINDINGS: &str = env!("DIRECT_BINDINGS");
        let made = ["direct.c", "direct_component_type.o"].map(|file| Path::new(BINDINGS).join(file));
        let flags = ["-target", "wasm32-wasi", STACK, "-mexec-model=reactor", "-I", BINDINGS];
        let module = read(&self.compile("direct.wasm", &flags, &[guest.source(), &made[0], &made[1]])?)?;
        let mut encoder = wit_component::ComponentEncoder::default();
        encoder.module(&module)?;
        encoder.encode()
    }

    fn compile(&self, name: &str, flags: &[&str], files: &[&Path]) -> Result<PathBuf> {
        let zig = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(".tools/python/ziglang/zig");
        ensure!(zig.is_file(), "no C compiler at `{}`: run `make setup`", zig.display());
        let program = self.path(name);
        let mut command = Command::new(zig);
        command.arg("cc");
        for cache in ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
            if std::env::var_os(cache).is_none() {
                // The one of the guests.
                command.env(cache, concat!(env!("OUT_DIR"), "/zig-cache"));
            }
        }
        command.args(FLAGS).args(flags).args(files).arg("-o").arg(&program);
        let output = command.output().context("starting the C compiler")?;
        ensure!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
        Ok(program)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading `{}`", path.display()))
}
