//! Calls of exported functions in WAVE, WebAssembly's encoding of values, as `wasmtime run --invoke` has them.

use crate::outcome::Returned;
use crate::{Error, Result};
use std::fmt::{self, Write};
use std::str::FromStr;
use wasmtime::component::wasm_wave::parser::ParserError;
use wasmtime::component::wasm_wave::untyped::UntypedFuncCall;
use wasmtime::component::wasm_wave::wasm::{DisplayFunc, DisplayFuncResults, DisplayType, WasmFunc, WasmValue};
use wasmtime::component::{self, Component, ComponentExportIndex, types};
use wasmtime::{Engine, Module};

/// A call of an exported function, in [WAVE]: `name(argument, ..)`, or `name` for one without arguments.
///
/// A component's function is named by itself or with its interface, as in `example:shop/prices.of@1.0.0("tea")`, or by the
/// name that the core function has from which it comes (`add_one` for `add-one`). A core function takes numbers.
///
/// ```
/// use wasi_adapt_host::{Exit, Host, Invocation};
///
/// let module = wat::parse_str(
///     r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#,
/// )?;
/// let outcome = Host::new()?.run_module(&module, &Invocation::default().call("add(2, 3)")?)?;
/// assert_eq!(outcome.exit, Exit::Code(0));
/// assert_eq!(outcome.results[0].to_string(), "5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [WAVE]: https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    name: String,
    /// With their parentheses.
    arguments: String,
}

impl Call {
    /// A call with arguments of which each is a value in WAVE.
    ///
    /// # Errors
    ///
    /// [`Error::Call`] if they are not.
    pub fn new<T: AsRef<str>>(name: impl Into<String>, arguments: impl IntoIterator<Item = T>) -> Result<Call> {
        let arguments: Vec<_> = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        Call { name: name.into(), arguments: format!("({})", arguments.join(", ")) }.checked()
    }

    /// The function's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn checked(self) -> Result<Call> {
        UntypedFuncCall::parse(&self.nameless()).map_err(|error| self.unreadable(error))?;
        Ok(self)
    }

    /// With a name that WAVE takes, whatever the function's is.
    fn nameless(&self) -> String {
        format!("f{}", self.arguments)
    }

    fn unreadable(&self, error: ParserError) -> Error {
        Error::Call { call: self.to_string(), source: Box::new(error) }
    }

    /// The arguments as a function of this type takes them.
    fn parameters<F: WasmFunc, V: WasmValue<Type = F::Type> + 'static>(&self, ty: &F) -> Result<Vec<V>> {
        let types: Vec<_> = ty.params().collect();
        let source = self.nameless();
        let parsed = UntypedFuncCall::parse(&source).and_then(|call| call.to_wasm_params(&types));
        parsed.map_err(|error| self.unreadable(error))
    }
}

impl FromStr for Call {
    type Err = Error;

    fn from_str(text: &str) -> Result<Call> {
        let (name, arguments) = text.find('(').map_or((text, "()"), |at| text.split_at(at));
        Call { name: name.trim().into(), arguments: arguments.into() }.checked()
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.arguments)
    }
}

/// A call of a core function, ready to be made.
pub struct CoreCall {
    pub name: String,
    pub parameters: Vec<wasmtime::Val>,
    results: usize,
}

impl CoreCall {
    pub fn of(call: &Call, module: &Module) -> Result<CoreCall> {
        let Some(ty) = module.get_export(&call.name).and_then(|ty| ty.func().cloned()) else {
            let signature = |export: wasmtime::ExportType<'_>| Some(signature(export.name(), export.ty().func()?));
            let functions = module.exports().filter_map(signature).collect();
            return Err(Error::NoFunction { name: call.name.clone(), functions });
        };
        Ok(CoreCall { name: call.name.clone(), parameters: call.parameters(&ty)?, results: ty.results().len() })
    }

    /// Room for what it gives.
    pub fn results(&self) -> Vec<wasmtime::Val> {
        vec![wasmtime::Val::I32(0); self.results]
    }
}

/// A call of a component's function, ready to be made.
pub struct ComponentCall {
    pub export: ComponentExportIndex,
    pub parameters: Vec<component::Val>,
    results: usize,
}

impl ComponentCall {
    pub fn of(call: &Call, component: &Component, engine: &Engine) -> Result<ComponentCall> {
        let functions = Function::all(component, engine);
        let with = |is_it: &dyn Fn(&Function) -> bool| functions.iter().filter(|it| is_it(it)).collect::<Vec<_>>();
        let mut found = with(&|it| it.path == call.name || it.unversioned() == call.name);
        if found.is_empty() {
            found = with(&|it| it.name == call.name);
        }
        if found.is_empty() {
            found = with(&|it| plain(&it.path) == plain(&call.name));
        }
        match found[..] {
            [] => {
                let functions = functions.iter().map(Function::signature).collect();
                Err(Error::NoFunction { name: call.name.clone(), functions })
            }
            [function] => Ok(ComponentCall {
                export: function.export.clone(),
                parameters: call.parameters(&function.ty)?,
                results: function.ty.results().len(),
            }),
            _ => {
                let functions = found.iter().map(|it| it.path.clone()).collect();
                Err(Error::AmbiguousFunction { name: call.name.clone(), functions })
            }
        }
    }

    pub fn results(&self) -> Vec<component::Val> {
        vec![component::Val::Bool(false); self.results]
    }
}

/// A function that a component exports.
struct Function {
    name: String,
    /// The name with the interface: `example:shop/prices.of@1.0.0`.
    path: String,
    ty: types::ComponentFunc,
    export: ComponentExportIndex,
}

impl Function {
    fn all(component: &Component, engine: &Engine) -> Vec<Function> {
        let mut all = Vec::new();
        for (name, item) in component.component_type().exports(engine) {
            let Some((_, index)) = component.get_export(None, name) else { continue };
            match item.ty {
                types::ComponentItem::ComponentFunc(ty) => {
                    all.push(Function { name: name.into(), path: name.into(), ty, export: index });
                }
                types::ComponentItem::ComponentInstance(instance) => {
                    let (interface, version) =
                        name.split_once('@').map_or((name, None), |(it, version)| (it, Some(version)));
                    let version = version.map(|version| format!("@{version}")).unwrap_or_default();
                    for (name, item) in instance.exports(engine) {
                        let types::ComponentItem::ComponentFunc(ty) = item.ty else { continue };
                        let Some((_, export)) = component.get_export(Some(&index), name) else { continue };
                        all.push(Function {
                            name: name.into(),
                            path: format!("{interface}.{name}{version}"),
                            ty,
                            export,
                        });
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// The path and the type: `example:shop/prices.of@1.0.0(name: string) -> u32`.
    fn signature(&self) -> String {
        let parameters = self.ty.params().map(|(name, ty)| format!("{name}: {}", DisplayType(&ty)));
        let results = self.ty.results().map(|ty| format!(" -> {}", DisplayType(&ty)));
        format!("{}({}){}", self.path, parameters.collect::<Vec<_>>().join(", "), results.collect::<String>())
    }

    fn unversioned(&self) -> &str {
        self.path.split('@').next().unwrap_or_default()
    }
}

/// A name as it is the same for a core function and the component's: `add_one`, `addOne` and `add-one`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !"-_".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// A core function's name and type: `add(s32, s32) -> s32`.
fn signature(name: &str, ty: &wasmtime::FuncType) -> String {
    let ty = DisplayFunc(ty.clone()).to_string();
    format!("{}{}", name.escape_debug(), ty.strip_prefix("func").unwrap_or(&ty))
}

impl Returned {
    pub(crate) fn core(values: &[wasmtime::Val]) -> Returned {
        use wasmtime::Val;
        let bits = values.iter().map(|value| match *value {
            Val::I32(value) => Some(value as u32 as u64),
            Val::I64(value) => Some(value as u64),
            Val::F32(bits) => Some(float32(f32::from_bits(bits))),
            Val::F64(bits) => Some(float64(f64::from_bits(bits))),
            _ => None,
        });
        Returned { bits: bits.collect(), wave: wave(DisplayFuncResults(values)) }
    }

    /// The bits are those of the core values that the canonical ABI has for these.
    pub(crate) fn component(values: &[component::Val]) -> Returned {
        use component::Val;
        let bits = values.iter().map(|value| match *value {
            Val::Bool(value) => Some(value.into()),
            Val::S8(value) => Some(value as u32 as u64),
            Val::U8(value) => Some(value.into()),
            Val::S16(value) => Some(value as u32 as u64),
            Val::U16(value) => Some(value.into()),
            Val::S32(value) => Some(value as u32 as u64),
            Val::U32(value) => Some(value.into()),
            Val::S64(value) => Some(value as u64),
            Val::U64(value) => Some(value),
            Val::Float32(value) => Some(float32(value)),
            Val::Float64(value) => Some(float64(value)),
            Val::Char(value) => Some(u32::from(value).into()),
            _ => None,
        });
        Returned { bits: bits.collect(), wave: wave(DisplayFuncResults(values)) }
    }
}

/// A component's NaNs need not keep their bits.
fn float32(value: f32) -> u64 {
    if value.is_nan() { f32::NAN.to_bits().into() } else { value.to_bits().into() }
}

fn float64(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

/// References and resources have no form in WAVE.
fn wave(values: impl fmt::Display) -> String {
    let mut text = String::new();
    if write!(text, "{values}").is_err() {
        text = "(a value that WAVE cannot say)".into();
    }
    text
}
