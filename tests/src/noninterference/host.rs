//! A host of WASI 0.2 that returns random values of the right types, and hashes the calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use wasmtime::{Caller, Linker, Memory, Module, TypedFunc, Val};
use wit_parser::{Function, Resolve};

use super::program::HEAP;
use super::random::{Random, mix, mix_bytes};
use super::shape::{FlatParam, Kind, Shape, Shapes};

/// The memory that adapter and program share, and the function that allocates for results.
#[derive(Clone)]
pub struct SharedMemory {
    pub memory: Memory,
    pub realloc: TypedFunc<(u32, u32, u32, u32), u32>,
}

pub struct RandomHost {
    pub room: Option<SharedMemory>,
    /// The next address of the allocator for programs that have none.
    pub heap: u32,
    random: Random,
    /// The seed of results that never change.
    seed: u64,
    /// A hash of all calls so far.
    pub asked: u64,
    /// For each handle, true if the adapter owns it. Number 0 is none.
    handles: Vec<bool>,
    /// By function: the number of returned strings, or pairs of strings, and their bytes.
    pub strings: BTreeMap<&'static str, (u32, u32)>,
}

impl RandomHost {
    pub fn new(seed: u64) -> Self {
        let random = Random::new(!seed);
        Self { room: None, heap: HEAP, random, seed, asked: 0, handles: vec![false], strings: BTreeMap::new() }
    }
}

/// A constraint on a result besides its type.
#[derive(Clone, Copy, Debug)]
enum Rule {
    None,
    /// A list has at most as many elements as this parameter says.
    AtMost(usize),
    /// A list has as many elements as this parameter says.
    Exactly(usize),
    /// A number is at most the length of this parameter, the written bytes.
    Written(usize),
    /// A list has some of the indices of the list in this parameter.
    Indices(usize),
    /// A type is usually a directory or a regular file.
    Type,
    /// The result is always the same.
    Fixed(&'static str),
    /// A wait for the longest time is never over.
    Wait,
}

const RULES: [(&str, Rule); 12] = [
    ("[method]descriptor.get-type", Rule::Type),
    ("[method]descriptor.read", Rule::AtMost(1)),
    ("[method]input-stream.blocking-read", Rule::AtMost(1)),
    ("[method]input-stream.read", Rule::AtMost(1)),
    ("[method]incoming-datagram-stream.receive", Rule::AtMost(1)),
    ("get-random-bytes", Rule::Exactly(0)),
    ("[method]descriptor.write", Rule::Written(2)),
    ("poll", Rule::Indices(1)),
    ("get-arguments", Rule::Fixed("args_get")),
    ("get-environment", Rule::Fixed("environ_get")),
    ("get-directories", Rule::Fixed("preopens")),
    ("subscribe-duration", Rule::Wait),
];

/// The error of a wait that is never over.
const ENDLESS: &str = "it waits for what never happens";

/// Returns whether a call has failed because it would never return.
pub fn is_endless(error: &anyhow::Error) -> bool {
    error.to_string().contains(ENDLESS)
}

/// Cases of `descriptor-type`.
const DIRECTORY: u8 = 3;
const REGULAR_FILE: u8 = 6;

/// A function that the adapter imports.
struct HostFunction {
    number: u64,
    drops: bool,
    params: Vec<FlatParam>,
    result: Option<Shape>,
    /// True if the result is a 64-bit number.
    wide: bool,
    rule: Rule,
}

/// Defines all WASI imports of a module.
pub fn define(linker: &mut Linker<RandomHost>, module: &Module, resolve: &Resolve) -> Result<()> {
    let shapes = Shapes::new(resolve)?;
    for (number, import) in module.imports().enumerate() {
        let Some(ty) = import.ty().func().cloned() else { continue };
        let wide = ty.results().any(|ty| ty.is_i64());
        let drops = import.name().starts_with("[resource-drop]");
        let function = || function(resolve, import.module(), import.name());
        let import = if drops {
            HostFunction {
                number: number as u64,
                drops,
                params: vec![FlatParam::Handle],
                result: None,
                wide,
                rule: Rule::None,
            }
        } else if let Some(function) = function() {
            let mut params = Vec::new();
            function.params.iter().for_each(|param| shapes.params(&param.ty, &mut params));
            let result = function.result.as_ref().map(|ty| shapes.shape(ty));
            let rule = RULES.iter().find(|(name, _)| *name == function.name).map_or(Rule::None, |(_, rule)| *rule);
            HostFunction { number: number as u64, drops, params, result, wide, rule }
        } else {
            continue;
        };
        let name = module.imports().nth(number).context("an import")?;
        let import = Arc::new(import);
        let answer = move |caller: Caller<'_, RandomHost>, args: &[Val], results: &mut [Val]| {
            HostCall { caller, import: &import, args }.give(results)
        };
        wasm_result(linker.func_new(name.module(), name.name(), ty, answer))?;
    }
    Ok(())
}

fn function<'r>(resolve: &'r Resolve, interface: &str, name: &str) -> Option<&'r Function> {
    let (_, found) = resolve.interfaces.iter().find(|(id, _)| resolve.id_of(*id).as_deref() == Some(interface))?;
    found.functions.get(name)
}

/// A call in progress.
struct HostCall<'a> {
    caller: Caller<'a, RandomHost>,
    import: &'a HostFunction,
    args: &'a [Val],
}

impl HostCall<'_> {
    fn give(mut self, results: &mut [Val]) -> wasmtime::Result<()> {
        self.hear()?;
        if let (Rule::Wait, Some(u64::MAX)) = (self.import.rule, self.args.first().map(number)) {
            wasmtime::bail!(ENDLESS);
        }
        let Some(shape) = &self.import.result else { return Ok(()) };
        let fixed = match self.import.rule {
            Rule::Fixed(name) => {
                let random = Random::new(self.caller.data().seed ^ name.len() as u64);
                Some((name, std::mem::replace(&mut self.caller.data_mut().random, random)))
            }
            _ => None,
        };
        if let [result] = results {
            let value = match shape.kind {
                Kind::Own => self.own().into(),
                Kind::Cases(_, ref cases) => self.case(cases.len()) as u64,
                _ => self.number(shape),
            };
            *result = if self.import.wide { Val::I64(value as i64) } else { Val::I32(value as i32) };
        } else {
            let at = self.args.last().map_or(0, number) as u32;
            let mut strings = (0, 0);
            self.lower(shape, at, &mut strings)?;
            if let Some((name, _)) = fixed {
                self.caller.data_mut().strings.insert(name, strings);
            }
        }
        if let Some((_, random)) = fixed {
            self.caller.data_mut().random = random;
        }
        Ok(())
    }

    /// Adds the call to the hash.
    fn hear(&mut self) -> wasmtime::Result<()> {
        let mut asked = mix(self.caller.data().asked, self.import.number);
        let mut args = self.args.iter().map(number);
        for param in &self.import.params {
            let value = args.next().unwrap_or(0);
            match *param {
                FlatParam::Number => asked = mix(asked, value),
                FlatParam::Handle => {
                    let handles = &mut self.caller.data_mut().handles;
                    match handles.get_mut(value as usize) {
                        Some(alive @ true) => *alive = !self.import.drops,
                        _ => wasmtime::bail!("there is no handle {value}"),
                    }
                    asked = mix(asked, value);
                }
                FlatParam::Elements(size) => {
                    let bytes = args.next().unwrap_or(0) as usize * size as usize;
                    let data = self.room()?.memory.data(&self.caller);
                    let Some(bytes) = data.get(value as usize..).and_then(|data| data.get(..bytes)) else {
                        wasmtime::bail!("a list is out of memory");
                    };
                    asked = mix_bytes(asked, bytes);
                }
            }
        }
        self.caller.data_mut().asked = asked;
        Ok(())
    }

    fn room(&self) -> wasmtime::Result<SharedMemory> {
        self.caller.data().room.clone().ok_or_else(|| wasmtime::format_err!("the host is asked before the start"))
    }

    fn random(&mut self) -> &mut Random {
        &mut self.caller.data_mut().random
    }

    fn own(&mut self) -> u32 {
        let handles = &mut self.caller.data_mut().handles;
        handles.push(true);
        handles.len() as u32 - 1
    }

    /// Chooses a case. Most calls succeed, and most options are empty.
    fn case(&mut self, count: usize) -> usize {
        let random = self.random();
        if random.one_in(4) { random.below(count as u64) as usize } else { 0 }
    }

    fn number(&mut self, shape: &Shape) -> u64 {
        let limit = if let Kind::Number(limit) = shape.kind { limit } else { 0 };
        let random = self.random();
        match limit {
            0 if random.one_in(2) => random.below(300),
            0 => random.number() >> random.below(64),
            limit => random.below(limit),
        }
    }

    /// Writes a random value to memory. Counts its strings, with pairs counted once, and their bytes.
    fn lower(&mut self, shape: &Shape, at: u32, strings: &mut (u32, u32)) -> wasmtime::Result<()> {
        match &shape.kind {
            Kind::Number(_) => {
                let value = self.number(shape);
                self.write(at, &value.to_le_bytes()[..shape.size as usize])
            }
            Kind::Own => {
                let handle = self.own();
                self.write(at, &handle.to_le_bytes())
            }
            Kind::String => {
                let len = if self.random().one_in(8) { 0 } else { self.random().below(40) };
                let text: Vec<u8> = (0..len).map(|_| b'a' + self.random().below(26) as u8).collect();
                strings.1 += len as u32 + 1;
                let start = self.allocate(1, len as u32)?;
                self.write(start, &text)?;
                self.write(at, &[start.to_le_bytes(), (len as u32).to_le_bytes()].concat())
            }
            Kind::List(element) => {
                let len = self.length();
                strings.0 += len;
                let start = self.allocate(element.align, element.size * len)?;
                if let (Kind::Number(0), 1) = (&element.kind, element.size) {
                    let seed = self.random().number();
                    let bytes: Vec<u8> = (0..u64::from(len)).map(|index| (mix(seed, index) >> 32) as u8).collect();
                    self.write(start, &bytes)?;
                } else if let Rule::Indices(_) = self.import.rule {
                    for index in 0..len {
                        self.write(start + index * 4, &index.to_le_bytes())?;
                    }
                } else {
                    for index in 0..len {
                        self.lower(element, start + index * element.size, strings)?;
                    }
                }
                self.write(at, &[start.to_le_bytes(), len.to_le_bytes()].concat())
            }
            Kind::Fields(fields) => {
                fields.iter().try_for_each(|(offset, shape)| self.lower(shape, at + offset, strings))
            }
            Kind::Cases(payload, cases) => {
                let case = self.case(cases.len());
                self.write(at, &[case as u8])?;
                match (&cases[case], self.import.rule) {
                    (Some(_), Rule::Written(param)) if case == 0 => {
                        let most = number(&self.args[param]);
                        let written = if self.random().one_in(4) { self.random().below(most + 1) } else { most };
                        self.write(at + payload, &written.to_le_bytes())
                    }
                    (Some(_), Rule::Type) if case == 0 && !self.random().one_in(8) => {
                        let kind = self.random().pick(&[DIRECTORY, REGULAR_FILE]);
                        self.write(at + payload, &[kind])
                    }
                    (Some(shape), _) => self.lower(shape, at + payload, strings),
                    (None, _) => Ok(()),
                }
            }
        }
    }

    /// Chooses the length of a list.
    fn length(&mut self) -> u32 {
        let param = |param: usize| number(&self.args[param]).min(1 << 20);
        match self.import.rule {
            Rule::Exactly(index) => param(index) as u32,
            Rule::AtMost(index) | Rule::Indices(index) => {
                let most = param(index);
                let least = u64::from(matches!(self.import.rule, Rule::Indices(_)));
                let random = self.random();
                if random.one_in(2) { most as u32 } else { (random.below(most + 1)).max(least) as u32 }
            }
            Rule::Fixed(_) => 1 + self.random().below(5) as u32,
            _ => self.random().below(6) as u32,
        }
    }

    fn allocate(&mut self, align: u32, size: u32) -> wasmtime::Result<u32> {
        let start = self.room()?.realloc.call(&mut self.caller, (0, 0, align, size))?;
        if start % align != 0 {
            wasmtime::bail!("memory for a result is not aligned");
        }
        Ok(start)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> wasmtime::Result<()> {
        Ok(self.room()?.memory.write(&mut self.caller, at as usize, bytes)?)
    }
}

fn number(value: &Val) -> u64 {
    match value {
        Val::I64(value) => *value as u64,
        Val::I32(value) => u64::from(*value as u32),
        _ => 0,
    }
}

/// Converts an engine's error.
pub fn wasm_result<T>(result: wasmtime::Result<T>) -> Result<T> {
    result.map_err(|error| anyhow::anyhow!("{error:?}"))
}
