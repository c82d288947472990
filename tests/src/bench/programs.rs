//! Compiles the measured programs by zig, natively and for WASI.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use wasi_adapt::sdk;

use crate::guests::Guest;

/// The usual stack size of C compilers for WASI; zig's default is 16 MiB.
const STACK: &str = "-Wl,-z,stack-size=65536";

/// The same flags for all, so that they differ only below the C library.
const FLAGS: [&str; 5] = ["-std=gnu23", "-O2", "-s", "-Wall", "-Werror"];

/// The directory of the guests' headers.
const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/include");

/// The directory of the programs while they are measured.
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

    /// Compiles for this machine, with musl, on which wasi-libc is based.
    pub fn native(&self, guest: &Guest) -> Result<PathBuf> {
        self.compile("native", &["-target", "native-linux-musl"], &[guest.source()])
    }

    /// Compiles to a preview1 module.
    pub fn preview1(&self, guest: &Guest) -> Result<Vec<u8>> {
        read(&self.compile("preview1.wasm", &["-target", "wasm32-wasi", STACK, "-I", INCLUDE], &[guest.source()])?)
    }

    /// Compiles to a preview1 module that imports WasmEdge's functions of sockets.
    pub fn for_wasmedge(&self, guest: &Guest) -> Result<Vec<u8>> {
        let flags = ["-target", "wasm32-wasi", STACK, "-I", INCLUDE, "-include", "wasmedge.h"];
        read(&self.compile("wasmedge.wasm", &flags, &[guest.source()])?)
    }

    /// Compiles to a preview1 module with the sockets of the sdk.
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

    /// Compiles to a component that calls WASI 0.2 directly, by the bindings of the build script.
    pub fn direct(&self, guest: &Guest) -> Result<Vec<u8>> {
        self.with_bindings(guest, "direct", env!("DIRECT_BINDINGS"))
    }

    /// Compiles to a component that handles requests of HTTP, likewise.
    pub fn handler(&self, guest: &Guest) -> Result<Vec<u8>> {
        self.with_bindings(guest, "handler", env!("HANDLER_BINDINGS"))
    }

    fn with_bindings(&self, guest: &Guest, world: &str, bindings: &str) -> Result<Vec<u8>> {
        let made = [format!("{world}.c"), format!("{world}_component_type.o")];
        let made = made.map(|file| Path::new(bindings).join(file));
        let flags = ["-target", "wasm32-wasi", STACK, "-mexec-model=reactor", "-I", bindings];
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
                // The guests' cache.
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
