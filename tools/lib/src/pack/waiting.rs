//! Handles calls that come while the host waits and so cannot be called. The adapter's `waiting.rs` explains when.
//!
//! Calls cost nothing extra at other times: each function tests a global anyway, to see whether there is a state. If
//! the host may have to wait, that global says that there is a state and that the host can be called.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use wasmparser::{BlockType, ExternalKind, FuncType, Operator, ValType};

use super::drop_in::add_global;
use super::intrinsics::Intrinsic;
use super::module::{Body, Code, Func, Module};
use super::world::WorldWit;
use super::{prologue::SetUp, reach};

/// `WAITING` of the adapter's `waiting.rs`.
pub const WAITING: i32 = 2;
/// The prefixes of the adapter's fallbacks, and the value of the global from which on each is used.
const FALLBACKS: [(&str, i32); 2] = [("paused_", 1), ("waiting_", WAITING)];
/// `ENOTSUP` of preview1.
const NOTSUP: i32 = 58;

/// The functions used while the host cannot be called: by the function that they replace, each with the value of the
/// global from which on it is used.
pub struct Fallbacks(BTreeMap<u32, (u32, i32)>);

impl Fallbacks {
    /// Finds the fallbacks among the raw adapter's exports, and removes these exports.
    pub fn take(module: &mut Module<'_>) -> Fallbacks {
        let mut found = BTreeMap::new();
        for (prefix, from) in FALLBACKS {
            for export in module.exports.iter().filter(|export| export.kind == ExternalKind::Func) {
                let served = export.name.strip_prefix(prefix).and_then(|name| module.exported_func(name));
                found.extend(served.map(|served| (served, (export.index, from))));
            }
            module.exports.retain(|export| !export.name.starts_with(prefix));
        }
        Fallbacks(found)
    }
}

/// The globals and functions that track whether the host can be called.
#[derive(Clone)]
pub struct Waiting {
    /// A global with a number of the adapter's `waiting.rs`.
    host: u32,
    /// A global that is 1 if there is a state and the host can be asked.
    ready: u32,
    /// The function that sets `host`.
    set: u32,
    /// The function that updates `ready` and returns `host`.
    enter: u32,
    fallbacks: BTreeMap<u32, (u32, i32)>,
}

impl Waiting {
    pub fn new(module: &mut Module<'_>, set_up: &SetUp, Fallbacks(fallbacks): Fallbacks) -> Waiting {
        let (host, ready) = (add_global(module, "adapter_host"), add_global(module, "adapter_ready"));
        let get = |global_index| Operator::GlobalGet { global_index };
        let set = |global_index| Operator::GlobalSet { global_index };
        let ops = vec![
            Operator::LocalGet { local_index: 0 },
            set(host),
            Operator::I32Const { value: 0 },
            set(ready),
            Operator::End,
        ];
        let setter = add_func(module, FuncType::new([ValType::I32], []), "adapter::set_host", ops);
        let ops = vec![
            get(set_up.state),
            Operator::I32Eqz,
            Operator::If { blockty: BlockType::Empty },
            Operator::Call { function_index: set_up.func },
            Operator::End,
            get(host),
            Operator::I32Eqz,
            set(ready),
            get(host),
            Operator::End,
        ];
        let enter = add_func(module, FuncType::new([], [ValType::I32]), "adapter::enter", ops);
        Waiting { host, ready, set: setter, enter, fallbacks }
    }

    /// Returns the functions that [`super::prologue::insert`] may call in functions of the guest.
    pub fn functions(&self, entries: &BTreeSet<u32>) -> Vec<u32> {
        let fallbacks =
            self.fallbacks.iter().filter(|(served, _)| entries.contains(served)).map(|(_, (func, _))| *func);
        fallbacks.chain([self.set, self.enter]).collect()
    }

    /// Returns the function that sets `host`.
    pub fn setter(&self) -> u32 {
        self.set
    }

    /// Defines the intrinsics that depend on whether the host may have to wait; it never does if `waiting` is none.
    pub fn intrinsics(waiting: Option<&Waiting>) -> [(&'static str, Intrinsic); 3] {
        match waiting {
            Some(Waiting { host, set, .. }) => [
                ("host", Intrinsic::GetGlobal(*host)),
                ("set_host", Intrinsic::Func(*set)),
                ("host_may_wait", Intrinsic::Const(1)),
            ],
            None => {
                [("host", Intrinsic::Const(0)), ("set_host", Intrinsic::Drop), ("host_may_wait", Intrinsic::Const(0))]
            }
        }
    }

    /// Returns the prologue of a function that needs a state.
    pub fn prologue_with_state<'a>(
        &self,
        module: &Module<'_>,
        entry: u32,
        wit: &WorldWit,
    ) -> Result<Vec<Operator<'a>>> {
        let mut ops = vec![
            Operator::GlobalGet { global_index: self.ready },
            Operator::I32Eqz,
            Operator::If { blockty: BlockType::Empty },
            Operator::Call { function_index: self.enter },
        ];
        match self.refusal(module, entry, wit)? {
            Some(refusal) => ops.extend(refusal),
            None => ops.push(Operator::Drop),
        }
        ops.push(Operator::End);
        Ok(ops)
    }

    /// Returns the prologue of a function that needs no state.
    pub fn prologue_without_state<'a>(
        &self,
        module: &Module<'_>,
        entry: u32,
        wit: &WorldWit,
    ) -> Result<Vec<Operator<'a>>> {
        let refusal = self.refusal(module, entry, wit)?.unwrap_or_default();
        let get = (!refusal.is_empty()).then_some(Operator::GlobalGet { global_index: self.host });
        Ok(get.into_iter().chain(refusal).collect())
    }

    /// Returns from a preview1 function that would call the host, if the number on the stack says that the host cannot
    /// be called.
    fn refusal<'a>(&self, module: &Module<'_>, entry: u32, wit: &WorldWit) -> Result<Option<Vec<Operator<'a>>>> {
        let live = reach::from_func(module, entry)?;
        let is_host = |func: &u32| match &module.funcs[*func as usize].code {
            Code::Import(import) => wit.imported_func(&import.module, &import.name).is_some(),
            Code::Body(_) => false,
        };
        let ty = &module.types[module.funcs[entry as usize].ty as usize];
        if ty.results() != [ValType::I32] || !live.funcs.iter().any(is_host) {
            return Ok(None);
        }
        let (from, mut fallback) = match self.fallbacks.get(&entry) {
            Some((func, from)) => {
                let params = 0..ty.params().len() as u32;
                let params = params.map(|local_index| Operator::LocalGet { local_index });
                (*from, params.chain([Operator::Call { function_index: *func }]).collect())
            }
            None => (WAITING, vec![Operator::I32Const { value: NOTSUP }]),
        };
        let mut ops =
            vec![Operator::I32Const { value: from }, Operator::I32GeU, Operator::If { blockty: BlockType::Empty }];
        ops.append(&mut fallback);
        ops.extend([Operator::Return, Operator::End]);
        Ok(Some(ops))
    }

    /// Wraps a call during which the host waits.
    pub fn while_waiting<'a>(&self, ops: impl IntoIterator<Item = Operator<'a>>) -> Vec<Operator<'a>> {
        let set = |value| [Operator::I32Const { value }, Operator::Call { function_index: self.set }];
        set(WAITING).into_iter().chain(ops).chain(set(0)).collect()
    }
}

fn add_func<'a>(module: &mut Module<'a>, ty: FuncType, name: &str, ops: Vec<Operator<'a>>) -> u32 {
    let ty = module.type_index(ty);
    module.add_func(Func { ty, name: Some(name.into()), code: Body { locals: Vec::new(), ops }.into() })
}
