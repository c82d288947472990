//! A layer that serves every preview1 function of the program by passing the call on.

use std::fmt::Write as _;

use super::program::{Callee, callees};
use wasi_adapt::Layer;
use wasi_adapt::preview1::{CoreType, Snapshot};

/// The options of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestLayer {
    pub pages: u32,
    /// True if it calls WASI for itself, before it passes a call on and after that.
    pub calls_wasi: bool,
}

/// Its own calls: the function, and arguments with pointers into its memory, to its first page and beyond its last.
const OWN: [(&str, &str); 3] = [
    ("clock_time_get", "(i32.const 1) (i64.const 0) (i32.const 8)"),
    ("fd_fdstat_get", "(i32.const 0) (i32.const 64)"),
    ("random_get", "(i32.const 65532) (i32.const 64)"),
];

impl TestLayer {
    pub fn layer(self) -> Layer {
        Layer::new("test", self.text()).pages(self.pages)
    }

    fn text(self) -> String {
        let (mut imports, mut functions) = (String::new(), String::new());
        let own = OWN.into_iter().filter(|_| self.calls_wasi);
        let own: String = own.map(|(name, arguments)| format!("(drop (call $own_{name} {arguments})) ")).collect();
        for function in callees() {
            let Callee::Wasi(Snapshot::Preview1, function) = function else { continue };
            let types = |types: &[CoreType]| types.iter().map(|ty| format!(" {ty}")).collect::<String>();
            let (name, params, results) = (function.name, types(function.params), types(function.results));
            let ty = format!("(param{params}) (result{results})");
            let _ = writeln!(imports, "(import \"wasi_adapt:next\" \"{name}\" (func $next_{name} {ty}))");
            if OWN.iter().any(|(own, _)| *own == name) && self.calls_wasi {
                let _ = writeln!(imports, "(import \"wasi_snapshot_preview1\" \"{name}\" (func $own_{name} {ty}))");
            }
            let arguments: String = (0..function.params.len()).map(|index| format!("(local.get {index})")).collect();
            let _ = writeln!(functions, "(func (export \"{name}\") {ty} {own} (call $next_{name} {arguments}) {own})");
        }
        format!("(module {imports} (memory (export \"memory\") 1) {functions})")
    }
}
