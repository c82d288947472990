//! Valid modules with damaged custom sections.

use super::random::Random;
use crate::guests;
use std::sync::OnceLock;
use wasm_encoder::{CustomSection, Section};
use wasmparser::{Parser, Payload};

const MODULE: &str = r#"(module $m
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param $fd i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param $code i32)))
    (type $t (func (param i32))) (memory $mem (export "memory") 1) (table $tab 1 funcref) (global $g i32 (i32.const 1))
    (elem $e (i32.const 0) $f) (data $d (i32.const 4) "x")
    (func $f (param $p i32) (local $l i32) (block $b (drop (call $close (local.get $p)))))
    (func $main (export "_start") (call $f (i32.const 9)) (call $exit (i32.const 3)))
    (@producers (language "C" "99") (processed-by "zig" "1") (sdk "x" "y")))"#;

/// The name and contents of a custom section.
type Custom = (String, Vec<u8>);

/// Custom sections that tools know, and for which random bytes are invalid.
const OTHERS: [&str; 8] = [
    "target_features",
    "dylink.0",
    "linking",
    "reloc.CODE",
    "sourceMappingURL",
    "external_debug_info",
    "metadata.code.branch_hint",
    "build_id",
];

/// Returns a module with damaged names, producers and other sections.
pub fn described(seed: u64) -> Vec<u8> {
    static PARTS: OnceLock<(Vec<u8>, Vec<Custom>)> = OnceLock::new();
    let (module, own) = PARTS.get_or_init(|| parts(&wat::parse_str(MODULE).expect("it is a module")));
    let mut random = Random(seed);
    let mut sections: Vec<_> = own.iter().filter(|_| !random.one_in(4)).cloned().collect();
    for (_, contents) in &mut sections {
        random.damage(contents);
    }
    for name in OTHERS {
        if random.one_in(4) {
            let len = random.below(40);
            sections.push((name.into(), random.bytes(len)));
        }
    }
    if random.one_in(8) {
        sections.extend(sections.clone());
    }
    with(module, &sections)
}

/// Returns a program with damaged debugging information.
pub fn debugged(seed: u64) -> Vec<u8> {
    static PARTS: OnceLock<(Vec<u8>, Vec<Custom>)> = OnceLock::new();
    let (module, own) = PARTS.get_or_init(|| {
        let (module, mut sections) = parts(&guests::debug::PANICS.module());
        sections.retain(|(name, _)| name.starts_with(".debug_"));
        (module, sections)
    });
    let mut random = Random(seed);
    let mut sections = own.clone();
    for (_, contents) in &mut sections {
        // The sections are large, and one damage may hide the next.
        if random.one_in(4) {
            random.damage(contents);
        }
    }
    if random.one_in(8) {
        let dropped = random.below(sections.len());
        sections.remove(dropped);
    }
    with(module, &sections)
}

fn with(module: &[u8], sections: &[Custom]) -> Vec<u8> {
    let mut wasm = module.to_vec();
    for (name, data) in sections {
        CustomSection { name: name.into(), data: data.into() }.append_to(&mut wasm);
    }
    wasm
}

/// Returns a module without its custom sections, and these.
fn parts(wasm: &[u8]) -> (Vec<u8>, Vec<Custom>) {
    let (mut module, mut sections) = (wasm[..8].to_vec(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.expect("it is valid");
        if let Payload::CustomSection(section) = &payload {
            sections.push((section.name().into(), section.data().into()));
        } else if let Some((id, range)) = payload.as_section() {
            let data = &wasm[range.start as usize..range.end as usize];
            wasm_encoder::RawSection { id, data }.append_to(&mut module);
        }
    }
    (module, sections)
}
