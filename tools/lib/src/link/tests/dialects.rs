//! Functions of sockets that preview1 does not have: who serves them, and what keeps them from being served.

use super::*;
use crate::Layer;
use crate::seal::{Capability, Seal};

/// A program that imports functions of preview1 with so many parameters, and calls none.
fn program(functions: &[(&str, usize)]) -> String {
    let import = |(name, params): &(&str, usize)| {
        let params = "i32 ".repeat(*params);
        format!(r#"(import "wasi_snapshot_preview1" "{name}" (func (param {params}) (result i32)))"#)
    };
    let imports: String = functions.iter().map(import).collect();
    format!(r#"(module {imports} (memory (export "memory") 1) (func (export "_start")))"#)
}

/// Returns what serves each import, and the layers.
fn served(linker: &Linker, functions: &[(&str, usize)]) -> (Vec<Provider>, Vec<String>) {
    let report = linker.inspect(program(functions).as_bytes()).unwrap();
    let providers = report.imports.iter().map(|import| import.served_by).collect();
    (providers, report.layers.into_iter().map(|layer| layer.name).collect())
}

#[test]
fn the_number_of_parameters_tells_what_a_function_is() {
    let both = [("sock_accept", 2), ("sock_accept", 3), ("sock_open", 3), ("sock_open", 4)];
    let linker = Linker::new();
    assert_eq!(served(&linker, &both), (vec![Provider::Layer; 4], vec!["sockets".into()]));
    assert!(linker.link(program(&both).as_bytes()).unwrap().warnings.is_empty());

    assert_eq!(served(&linker, &[("sock_accept", 3)]), (vec![Provider::Adapter], vec![]));
    assert_eq!(served(&linker, &[("sock_open", 5)]), (vec![Provider::Nobody], vec![]));
    assert_eq!(served(&linker, &[("fd_open", 3)]), (vec![Provider::Nobody], vec![]));
    assert_eq!(codes(linker.link(program(&[("sock_accept", 4)]).as_bytes())), [ProblemCode::WrongSignature]);
}

#[test]
fn a_layer_that_is_given_comes_first() {
    let layer = r#"(module (func (export "sock_open") (param i32 i32 i32) (result i32) i32.const 52))"#;
    let linker = Linker::new().layer(Layer::new("own", layer));
    assert_eq!(served(&linker, &[("sock_open", 3)]), (vec![Provider::Layer], vec!["own".into()]));
    let (providers, layers) = served(&linker, &[("sock_open", 3), ("sock_bind", 3)]);
    assert_eq!((providers, layers), (vec![Provider::Layer; 2], vec!["own".into(), "sockets".into()]));
}

#[test]
fn a_denied_network_is_told_with_what_needs_it() {
    let denied = |capability, functions: &[(&str, usize)]| {
        let linker = Linker::new().seal(Seal::new().deny(capability));
        linker.link(program(functions).as_bytes()).map(drop).map_err(chain)
    };
    let sockets = [("sock_open", 3), ("sock_connect", 3)];
    let error = denied(Capability::Network, &sockets).unwrap_err();
    let expected = "the layer `sockets`, which serves `sock_open`, `sock_connect`, imports `wasi:sockets/";
    assert!(error.contains(expected) && error.contains("allow it with `--allow network`"), "{error}");
    assert_eq!(denied(Capability::NameLookup, &sockets), Ok(()));
    let error = denied(Capability::NameLookup, &[("sock_addr_resolve", 6)]).unwrap_err();
    assert!(error.contains("which `name-lookup` is denied for"), "{error}");
}

#[test]
fn sockets_need_the_layout_isolated() {
    let linker = Linker::new().layout(Layout::Guest);
    let error = chain(linker.link(program(&[("sock_open", 3)]).as_bytes()).unwrap_err());
    assert!(error.contains("it can have its layers (`sockets`) "), "{error}");
}
