//! A layer that serves preview1 functions by passing the calls on.

use std::fmt::Write as _;

use wasi_adapt::Layer;
use wasi_adapt::preview1::{CoreType, Function};

/// Its own calls: the function, and arguments with pointers into its memory and beyond the end of that.
const OWN: [(&str, &str); 3] = [
    ("clock_time_get", "(i32.const 1) (i64.const 0) (i32.const 8)"),
    ("fd_fdstat_get", "(i32.const 0) (i32.const 64)"),
    ("random_get", "(i32.const 65532) (i32.const 64)"),
];

/// Returns a layer that passes calls of these functions on. If it `calls_wasi`, it does so for itself before and after.
pub fn passing(functions: &[&Function], calls_wasi: bool) -> Layer {
    let (mut imports, mut bodies) = (String::new(), String::new());
    let own = OWN.into_iter().filter(|_| calls_wasi);
    let own: String = own.map(|(name, arguments)| format!("(drop (call $own_{name} {arguments})) ")).collect();
    for function in functions {
        let types = |types: &[CoreType]| types.iter().map(|ty| format!(" {ty}")).collect::<String>();
        let (name, params, results) = (function.name, types(function.params), types(function.results));
        let ty = format!("(param{params}) (result{results})");
        let _ = writeln!(imports, "(import \"wasi_adapt:next\" \"{name}\" (func $next_{name} {ty}))");
        if own.contains(&format!("$own_{name} ")) {
            let _ = writeln!(imports, "(import \"wasi_snapshot_preview1\" \"{name}\" (func $own_{name} {ty}))");
        }
        let arguments: String = (0..function.params.len()).map(|index| format!("(local.get {index})")).collect();
        let _ = writeln!(bodies, "(func (export \"{name}\") {ty} {own} (call $next_{name} {arguments}) {own})");
    }
    Layer::new("passing", format!("(module {imports} (memory (export \"memory\") 1) {bodies})"))
}
