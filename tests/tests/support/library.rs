//! Links programs with the static library, and makes components of them by stock `wasm-tools component new`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Write, stderr};
use std::path::Path;
use std::process::Command;

use super::{output_of, root, wasm_tools};
use wasi_adapt::{ExitCodes, World, sdk};
use wasi_adapt_tests::guests::Guest;

/// Returns Debian's clang with Debian's C library for WASI, of 2022 or later. If they are not installed (`make setup`
/// does so on Debian as root), returns none with a message on stderr. Continuous integration must have them.
pub fn debian_cc() -> Option<Command> {
    let files = ["/usr/bin/clang-19", "/usr/bin/wasm-ld-19", "/usr/lib/wasm32-wasi/libc.a"];
    if let Some(missing) = files.iter().find(|file| !Path::new(file).exists()) {
        assert!(std::env::var_os("CI").is_none(), "{missing} is missing: run `make setup` as root");
        // Written directly, because the output of macros is shown only for failed tests.
        writeln!(stderr(), "a test with Debian's clang does not apply here: {missing} is missing").expect("stderr");
        return None;
    }
    let mut clang = Command::new(files[0]);
    clang.arg("--target=wasm32-wasi");
    Some(clang)
}

/// Adds a guest and the flags of guests; its imports are left to the linker, as are those of the C library.
pub fn add_guest(cc: &mut Command, guest: &Guest) {
    let guests = root().join("tests/guests");
    cc.args(["-std=gnu23", "-Os", "-s", "-Wno-format", "-DLIBRARY", "-I"]).arg(guests.join("include"));
    cc.arg(guests.join(guest.id).with_extension("c"));
}

/// Runs a compiler to link everything that it was given, with the library for `world` or without one. The linker must
/// not print anything.
pub fn linked(mut cc: Command, world: Option<World>) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name);
    if let Some(world) = world {
        let library = sdk::static_library(world, ExitCodes::Exact).expect("the library can be made");
        fs::write(path("libadapter.a"), library).expect("a file");
        cc.arg(path("libadapter.a"));
    }
    let ended = super::end_of(cc.arg("-o").arg(path("module.wasm")), "");
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""), "{cc:?}");
    fs::read(path("module.wasm")).expect("the compiler has written it")
}

/// Returns the component that `wasm-tools component new` makes of a module, without an adapter.
pub fn component(module: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name);
    fs::write(path("module.wasm"), module).expect("a file");
    let mut new = wasm_tools();
    new.args(["component", "new"]).arg(path("module.wasm")).arg("-o").arg(path("component.wasm"));
    output_of(&mut new);
    fs::read(path("component.wasm")).expect("wasm-tools has written it")
}

/// Returns the object in an archive, and the symbols in the archive's index.
pub fn object(archive: &[u8]) -> (Vec<u8>, BTreeSet<String>) {
    let member = |at: usize| {
        let size: usize = std::str::from_utf8(&archive[at + 48..at + 58]).unwrap().trim().parse().unwrap();
        &archive[at + 60..at + 60 + size]
    };
    let index = member(8);
    let names = &index[4 + 4 * u32::from_be_bytes(index[..4].try_into().unwrap()) as usize..];
    let names = std::str::from_utf8(names).unwrap().split_terminator('\0').map(str::to_owned);
    (member(8 + 60 + index.len().next_multiple_of(2)).to_vec(), names.collect())
}
