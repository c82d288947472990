//! Folds random functions and runs the original and the result: the host must see the same.

use std::fmt::Write;

use wasmtime::{Engine, Instance, Linker, Module as Compiled, Store};

use super::super::intrinsics::{Intrinsic, define};
use super::super::{encode, module::Module};
use super::fold;

const FUNCTIONS: u64 = 400;
/// Two parameters, and two locals that begin as zero.
const LOCALS: u64 = 4;

/// Writes a random function, valid by construction, as text.
struct Generator {
    seed: u64,
    text: String,
    /// Open blocks, outermost first, by number; only blocks are branched to, so that every function ends.
    labels: Vec<u32>,
    next_label: u32,
}

impl Generator {
    /// A number below `limit` (xorshift).
    fn pick(&mut self, limit: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % limit
    }

    fn put(&mut self, text: impl AsRef<str>) {
        self.text += text.as_ref();
        self.text.push('\n');
    }

    fn operand(&mut self, depth: u32) {
        let leaf = depth == 0;
        match self.pick(if leaf { 5 } else { 11 }) {
            0 => {
                let value = self.pick(3);
                self.put(format!("i32.const {value}"));
            }
            1 => {
                let local = self.pick(LOCALS);
                self.put(format!("local.get {local}"));
            }
            2 => self.put("call $yes"),
            3 => self.put("call $no"),
            4 => self.put("call $get"),
            5 => {
                self.operand(depth - 1);
                self.put("i32.eqz");
            }
            6 | 7 => {
                self.operand(depth - 1);
                self.operand(depth - 1);
                let operators = ["add", "sub", "and", "or", "xor", "eq", "ne", "lt_s", "ge_u", "shl"];
                let operator = operators[self.pick(operators.len() as u64) as usize];
                self.put(format!("i32.{operator}"));
            }
            8 => {
                (0..3).for_each(|_| self.operand(depth - 1));
                self.put("select");
            }
            9 => {
                self.operand(depth - 1);
                let local = self.pick(LOCALS);
                self.put(format!("local.tee {local}"));
            }
            _ => {
                self.operand(depth - 1);
                self.put("if (result i32)");
                self.statements(depth - 1);
                self.operand(depth - 1);
                self.put("else");
                self.operand(depth - 1);
                self.put("end");
            }
        }
    }

    fn statements(&mut self, depth: u32) {
        for _ in 0..self.pick(4) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: u32) {
        let below = depth.saturating_sub(1);
        match self.pick(if depth == 0 { 3 } else { 12 }) {
            0 | 1 => {
                self.operand(below);
                self.put("call $log");
            }
            2 => {
                self.operand(below);
                let local = self.pick(LOCALS);
                self.put(format!("local.set {local}"));
            }
            3 | 4 => {
                self.operand(below);
                self.put("if");
                self.statements(below);
                if self.pick(2) == 0 {
                    self.put("else");
                    self.statements(below);
                }
                self.put("end");
            }
            5 | 6 => {
                let label = self.next_label;
                self.next_label += 1;
                self.put(format!("block $b{label}"));
                self.labels.push(label);
                self.statements(below);
                self.statement(below);
                self.labels.pop();
                self.put("end");
            }
            7 => {
                let label = self.next_label;
                self.next_label += 1;
                self.put(format!("loop $l{label}"));
                self.statements(below);
                self.put(format!("call $again\nbr_if $l{label}\nend"));
            }
            8 => {
                self.operand(below);
                self.put("drop");
            }
            9 | 10 if !self.labels.is_empty() => {
                let open = self.labels.clone();
                let mut label = || format!("$b{}", open[self.pick(open.len() as u64) as usize]);
                let (first, second) = (label(), label());
                match self.pick(4) {
                    0 => self.put(format!("br {first}")),
                    1 => {
                        self.operand(below);
                        self.put(format!("br_table {first} {second} {first}"));
                    }
                    _ => {
                        self.operand(below);
                        self.put(format!("br_if {first}"));
                    }
                }
            }
            _ => match self.pick(6) {
                0 => self.put("unreachable"),
                1 => self.put("call $helper\nreturn"),
                _ => self.put("call $never_or_not"),
            },
        }
    }
}

fn module(seed: u64) -> String {
    let scrambled = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut source = Generator { seed: scrambled, text: String::new(), labels: Vec::new(), next_label: 0 };
    for _ in 0..4 {
        source.statement(4);
    }
    source.operand(3);
    let body = std::mem::take(&mut source.text);
    source.statement(2);
    format!(
        r#"(module
            (import "wasi_adapt" "yes" (func $yes (result i32)))
            (import "wasi_adapt" "no" (func $no (result i32)))
            (import "host" "log" (func $log (param i32)))
            (import "host" "get" (func $get (result i32)))
            (import "host" "again" (func $again (result i32)))
            (func (export "f") (param i32 i32) (result i32) (local i32 i32) {body})
            (func $helper (result i32) (i32.eqz (call $no)))
            (func $never_or_not (local i32 i32 i32 i32) {} (call $log (i32.const 99))
                (if (call ${}) (then unreachable))))"#,
        // It must not call itself, and cannot return values that it does not have.
        source.text.replace("call $never_or_not", "nop").replace("return", "drop"),
        if seed.is_multiple_of(2) { "yes" } else { "no" }
    )
}

/// The calls that the host has seen, and the number of times that it will still continue a loop.
#[derive(Default)]
struct HostState {
    log: String,
    gets: i32,
    again: i32,
}

/// Runs `f` with two arguments. Returns its result, `None` after a trap, and the log of calls.
fn run(engine: &Engine, wasm: &[u8], arguments: (i32, i32)) -> (Option<i32>, String) {
    let compiled = Compiled::new(engine, wasm).unwrap();
    let mut linker = Linker::<HostState>::new(engine);
    linker.func_wrap("wasi_adapt", "yes", || 1).unwrap();
    linker.func_wrap("wasi_adapt", "no", || 0).unwrap();
    let log =
        |mut caller: wasmtime::Caller<'_, HostState>, value: i32| write!(caller.data_mut().log, "{value} ").unwrap();
    linker.func_wrap("host", "log", log).unwrap();
    let get = |mut caller: wasmtime::Caller<'_, HostState>| {
        let host = caller.data_mut();
        host.gets += 1;
        host.log += "get ";
        host.gets * 5 % 4
    };
    linker.func_wrap("host", "get", get).unwrap();
    let again = |mut caller: wasmtime::Caller<'_, HostState>| {
        caller.data_mut().again += 1;
        i32::from(caller.data().again % 3 != 0 && caller.data().again < 30)
    };
    linker.func_wrap("host", "again", again).unwrap();

    let mut store = Store::new(engine, HostState::default());
    let instance: Instance = linker.instantiate(&mut store, &compiled).unwrap();
    let function = instance.get_typed_func::<(i32, i32), i32>(&mut store, "f").unwrap();
    let result = function.call(&mut store, arguments).ok();
    (result, std::mem::take(&mut store.data_mut().log))
}

#[test]
fn folded_functions_do_the_same() {
    let engine = Engine::default();
    let (mut before, mut after) = (0, 0);
    for seed in 0..FUNCTIONS {
        let text = module(seed);
        let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let mut module = Module::parse(&wasm).unwrap();
        let defined = define(&mut module, &[("yes", Intrinsic::Const(1)), ("no", Intrinsic::Const(0))]).unwrap();
        fold(&mut module, &defined).unwrap();
        let folded = encode::encode(&module).unwrap_or_else(|error| panic!("{error}\n{text}"));
        for arguments in [(0, 0), (1, 0), (2, 7)] {
            let (expected, found) = (run(&engine, &wasm, arguments), run(&engine, &folded, arguments));
            assert_eq!(found, expected, "function {seed} with {arguments:?}\n{text}");
        }
        before += wasm.len();
        after += folded.len();
    }
    assert!(after < before * 3 / 4, "{after} bytes are left of {before}");
}
