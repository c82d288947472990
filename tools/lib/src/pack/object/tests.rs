//! Small modules as objects.

use std::collections::BTreeSet;

use wasmparser::{KnownCustom, Parser, Payload, RelocationType};

use super::{Linkage, Zeros, encode};
use crate::pack::module::Module;

fn object(wat: &str) -> anyhow::Result<Vec<u8>> {
    let wasm = wat::parse_str(wat).unwrap();
    let zeros = Zeros { name: "block", size: 100, align: 3 };
    let none = BTreeSet::new();
    let linkage = Linkage { exported: &none, weak: &["maybe"], replaceable: &none, zeros, sections: &[] };
    encode(&Module::parse(&wasm).unwrap(), &linkage)
}

#[test]
fn places_to_fill_in_are_five_bytes_behind_their_opcodes() {
    let object = object(
        r#"(module
            (import "__main_module__" "maybe" (func $maybe))
            (import "GOT.func" "maybe" (global $maybe i32))
            (import "GOT.mem" "block" (global $block i32))
            (global $own (mut i32) (i32.const 7))
            (func (export "f") (result i32)
                (global.set $own (global.get $block))
                (if (global.get $maybe) (then (call $maybe)))
                (call $g (i64.const -1) (global.get $own)))
            (func $g (param i64 i32) (result i32) (local f32) (local.get 1))
            (func (export "h") (call $maybe)))"#,
    )
    .unwrap();
    let (mut code, mut places) = (&[][..], Vec::new());
    for payload in Parser::new(0).parse_all(&object) {
        match payload.unwrap() {
            Payload::CodeSectionStart { unchecked_range: range, .. } => {
                code = &object[range.start as usize..range.end as usize];
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Reloc(reader) = section.as_known() {
                    places.extend(reader.entries().into_iter().map(Result::unwrap));
                }
            }
            _ => {}
        }
    }
    let found: Vec<_> = places.iter().map(|place| (place.ty, code[place.offset as usize - 1])).collect();
    use RelocationType::{FunctionIndexLeb, GlobalIndexLeb, MemoryAddrSleb, TableIndexSleb};
    let (call, get, set, constant) = (0x10, 0x23, 0x24, 0x41);
    let expected = [
        (MemoryAddrSleb, constant),
        (GlobalIndexLeb, set),
        (TableIndexSleb, constant),
        (FunctionIndexLeb, call),
        (GlobalIndexLeb, get),
        (FunctionIndexLeb, call),
        (FunctionIndexLeb, call),
    ];
    assert_eq!(found, expected);
    for place in &places {
        let leb = &code[place.offset as usize..][..5];
        assert!(leb[..4].iter().all(|byte| byte & 0x80 != 0) && leb[4] & 0x80 == 0, "{leb:?}");
    }
}

#[test]
fn what_an_object_cannot_have_is_named() {
    let error = |wat: &str| format!("{:#}", object(wat).unwrap_err());
    let block = error(r#"(module (func $user (export "f") (i32.const 1) (block (param i32) (drop))))"#);
    assert!(block.contains("in `user`") && block.contains("a type by its index"), "{block}");
    let start = error("(module (func $f) (start $f))");
    assert!(start.contains("a start function"), "{start}");
    let address = error(
        r#"(module (import "GOT.func" "g" (global i32)) (export "f" (func $f)) (func $f (result i32) (global.get 0)))"#,
    );
    assert!(address.contains("`g` is asked for its address"), "{address}");
    let data = error(
        r#"(module (import "GOT.mem" "d" (global i32)) (export "f" (func $f)) (func $f (result i32) (global.get 0)))"#,
    );
    assert!(data.contains("there is no data `d`"), "{data}");
    let global = error(
        r#"(module (import "env" "g" (global i32)) (export "f" (func $f)) (func $f (result i32) (global.get 0)))"#,
    );
    assert!(global.contains("imports a global"), "{global}");
}
