//! Stock build tools find the library of sockets, in a directory that has been moved since it was written.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{data, end_of, installed, library, output_of, wasi_adapt, zig_cc};
use wasi_adapt_tests::golden;

/// Makes the SDK and moves it below `parent`.
fn moved_sdk(parent: &Path) -> PathBuf {
    let [made, sdk] = ["made here", "moved"].map(|name| parent.join(name));
    output_of(wasi_adapt().arg("sdk").arg(&made));
    std::fs::rename(made, &sdk).expect("it can be moved");
    sdk
}

/// Links a module and runs the component.
fn check(module: &Path) {
    let mut run = wasi_adapt();
    run.args(["run", "--inherit-network", "--allow-ip-name-lookup"]).arg(module);
    golden::check("sockets/datagrams.txt", &output_of(&mut run));
}

#[test]
fn pkg_config() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let sdk = moved_sdk(directory.path());
    let ask = |questions: &[&str]| {
        let mut pkgconf = Command::new(installed("python/pkgconf/.bin/pkgconf"));
        pkgconf.env("PKG_CONFIG_LIBDIR", sdk.join("lib/pkgconfig")).args(questions).arg("wasi-sockets");
        output_of(&mut pkgconf)
    };
    assert_eq!(ask(&["--modversion"]).trim(), env!("CARGO_PKG_VERSION"));
    let flags = ask(&["--cflags", "--libs"]);
    for mut cc in [Some(zig_cc()), library::debian_cc()].into_iter().flatten() {
        let module = directory.path().join("datagrams.wasm");
        cc.arg("-Os").arg(data("sockets/datagrams.c")).args(flags.split_whitespace());
        output_of(cc.arg("-o").arg(&module));
        check(&module);
    }
}

#[test]
fn cmake() {
    let directory = tempfile::Builder::new().prefix("with a space").tempdir().expect("a temporary directory");
    let sdk = moved_sdk(directory.path());
    let zig = installed("python/ziglang/zig");
    let compilers = [
        Some(("zig", format!("{};cc;-target;wasm32-wasi", zig.display()))),
        library::debian_cc().map(|clang| ("debian", format!("{};--target=wasm32-wasi", clang.get_program().display()))),
    ];
    for (name, compiler) in compilers.into_iter().flatten() {
        let configure = |wanted: &str| {
            let build = directory.path().join(format!("{name}-{wanted}"));
            let mut cmake = Command::new(installed("python/cmake/data/bin/cmake"));
            cmake
                .args(["-G", "Unix Makefiles", "-S"])
                .arg(data("cmake"))
                .arg("-B")
                .arg(&build)
                .envs(support::ZIG_CACHE);
            cmake.args(["-DCMAKE_SYSTEM_NAME=WASI", "-DCMAKE_BUILD_TYPE=Release"]);
            cmake.arg(format!("-DCMAKE_C_COMPILER={compiler}"));
            cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", sdk.display())).arg(format!("-DWANTED={wanted}"));
            (build, end_of(&mut cmake, ""))
        };
        for wanted in ["", "0.1", env!("CARGO_PKG_VERSION")] {
            let (build, configured) = configure(wanted);
            assert_eq!(configured.status, Some(0), "{wanted}: {}{}", configured.stdout, configured.stderr);
            if wanted.is_empty() {
                let mut cmake = Command::new(installed("python/cmake/data/bin/cmake"));
                output_of(cmake.arg("--build").arg(&build).envs(support::ZIG_CACHE));
                let names = ["datagrams", "datagrams.wasm"].map(|name| build.join(name));
                check(names.iter().find(|file| file.exists()).expect("the program is built"));
            }
        }
        for wanted in ["0.0.1", "0.2", "1"] {
            let (_, configured) = configure(wanted);
            assert_ne!(configured.status, Some(0), "{wanted}");
            assert!(configured.stderr.contains("requested version"), "{wanted}: {}", configured.stderr);
        }
    }
}
