//! Layers with WIT of their own, that find their caller's bytes, and that finish.

use super::*;
use crate::Layer;
use wit_component::embed_component_metadata;

const WIT: &str = "package wasi:random@0.2.3;
    interface random { get-random-bytes: func(len: u64) -> list<u8>; }
    world layer { import random; }";

/// A program that writes "text" and returns, or exits with another errno than 0.
const PROGRAM: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "\20\00\00\00\04\00\00\00")
    (data (i32.const 32) "text")
    (func $check (param $errno i32) (if (local.get $errno) (then (call $exit (local.get $errno)))))
    (func (export "_start")
        (call $check (call $sizes (i32.const 100) (i32.const 104)))
        (call $check (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64)))
        (call $check (call $random (i32.const 0) (i32.const 16)))))"#;

/// A layer that has the host put four bytes into its own memory, and "abcd" where the program has its text.
const LAYER: &str = r#"(module
    (import "wasi:random/random@0.2.3" "get-random-bytes" (func $bytes (param i64 i32)))
    (import "wasi_adapt:next" "fd_write" (func $next (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $own (param i32 i32 i32 i32) (result i32)))
    (import "wasi_adapt:guest" "address" (func $address (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "\20\00\00\00\03\00\00\00")
    (data (i32.const 32) "end")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "fd_write") (param $fd i32) (param $iovs i32) (param $len i32) (param $result i32) (result i32)
        (call $bytes (i64.const 4) (i32.const 8))
        (if (i32.ne (i32.load (i32.const 8)) (i32.const 1024)) (then (return (i32.const 1))))
        (if (i32.ne (i32.load (i32.const 12)) (i32.const 4)) (then (return (i32.const 2))))
        (if (call $address (i32.const 65533) (i32.const 4)) (then (return (i32.const 3))))
        (i32.store (call $address (i32.const 32) (i32.const 4)) (i32.const 0x64636261))
        (call $next (local.get $fd) (local.get $iovs) (local.get $len) (local.get $result)))
    (func (export "wasi_adapt:exit")
        (drop (call $own (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64)))))"#;

fn with_wit(layer: &str) -> Layer {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("layer.wit", WIT).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut wasm = wat::parse_str(layer).unwrap();
    embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();
    Layer::new("random", wasm)
}

#[test]
fn the_host_sees_the_pointers_of_a_layer_with_wit() {
    const OTHER: &str = r#"(module
        (import "wasi_adapt:next" "fd_write" (func $next (param i32 i32 i32 i32) (result i32)))
        (func (export "fd_write") (param i32 i32 i32 i32) (result i32)
            (call $next (local.get 0) (local.get 1) (local.get 2) (local.get 3))))"#;
    let other = || Layer::new("other", OTHER);
    let linkers = [
        Linker::new().layer(with_wit(LAYER)),
        Linker::new().layer(with_wit(LAYER)).layer(other()),
        Linker::new().layer(other()).layer(with_wit(LAYER)),
    ];
    for linker in linkers {
        let linked = linker.link(PROGRAM.as_bytes()).unwrap_or_else(|error| panic!("{}", chain(error)));
        let invocation = Invocation::default().env("A", "b").capture("");
        let outcome = Host::new().unwrap().run_component(&linked.wasm, &invocation).unwrap();
        assert_eq!((outcome.exit, &*outcome.stdout), (Exit::Code(0), &b"abcdend"[..]));
    }
}

#[test]
fn only_one_layer_can_have_wit() {
    let linker = Linker::new().layer(with_wit(LAYER)).layer(with_wit(LAYER));
    let error = chain(linker.link(PROGRAM.as_bytes()).unwrap_err());
    assert!(error.contains("the layer `random` imports WIT, as another one does"), "{error}");
}
