//! The interfaces that the component imports from its host, with reasons.
//!
//! The interfaces are read from the component. A preview1 function is a reason for those interfaces that the adapter
//! calls in a program which imports only that function.

use super::{Provider, Role};
use crate::Layout;
use crate::linker::Linker;
use crate::names::{quoted, shown};
use crate::pack::{Target, WorldWit, interfaces_called, interfaces_called_in_drop_in};
use crate::plan::Plan;
use crate::preview1::{self, Snapshot};
use crate::program::Program;
use crate::top_level::top_level_sections;
use anyhow::Result;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use wasmparser::{ComponentExternalKind, Payload};
use wit_parser::{InterfaceId, Resolve, Type, TypeDefKind, TypeOwner};

/// An interface that the component imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Need {
    /// The name, with its version.
    pub interface: String,
    pub causes: Vec<Cause>,
}

/// A reason for which a component imports an interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The module imports this function, of preview1 or of the interface itself.
    Function { module: String, name: String },
    /// A layer imports this function, of preview1 or of the interface itself.
    Layer { layer: String, name: String },
    /// The adapter calls it to run the module's entry.
    Entry,
    /// A user's adapter for this module name.
    Adapter { name: String },
    /// Another imported interface uses its types.
    Types { interface: String },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Function { module, name } => write!(f, "it imports {} of {}", quoted(name), quoted(module)),
            Cause::Layer { layer, name } => write!(f, "the layer {} imports {}", quoted(layer), quoted(name)),
            Cause::Entry => f.write_str("its entry is run"),
            Cause::Adapter { name } => write!(f, "the adapter given for {}", quoted(name)),
            Cause::Types { interface } => write!(f, "{} uses its types", quoted(interface)),
        }
    }
}

/// Returns the imports of a linked component.
pub fn of(component: &[u8], program: &Program<'_>, plan: &Plan, linker: &Linker) -> Result<Vec<Need>> {
    let interfaces = imported(component)?;
    let mut causes = BTreeMap::<&str, BTreeSet<Cause>>::new();
    let mut add = |interface: &str, cause: Cause| {
        if let Some(name) = interfaces.iter().find(|name| is_same(name, interface)) {
            causes.entry(name).or_default().insert(cause);
        }
    };
    let target = plan.target(linker);
    let called = Called { wit: WorldWit::of(target)?, plan, target };
    for import in &plan.imports {
        let cause = Cause::Function { module: import.module.clone(), name: import.name.clone() };
        match import.served_by {
            Provider::Adapter => {
                called.by(&import.module, &import.name)?.iter().for_each(|interface| add(interface, cause.clone()));
            }
            Provider::Host => add(&import.module, cause),
            _ => {}
        }
    }
    for layer in &plan.layers {
        for function in layer.of_adapter() {
            let cause = Cause::Layer { layer: layer.name.clone(), name: function.name.into() };
            let interfaces = called.by(preview1::MODULE, function.name)?;
            interfaces.iter().for_each(|interface| add(interface, cause.clone()));
        }
        for import in layer.host_imports() {
            add(&import.module, Cause::Layer { layer: layer.name.clone(), name: import.name.clone() });
        }
    }
    if plan.world.runs() && plan.exports.iter().any(|export| export.role == Role::EntryPoint) {
        called.by_running()?.iter().for_each(|interface| add(interface, Cause::Entry));
    }
    for (user, used) in types_used(&program.wit.bindgen.resolve).chain(types_used(called.wit.resolve)) {
        if let Some(user) = interfaces.iter().find(|name| is_same(name, &user)) {
            add(&used, Cause::Types { interface: user.clone() });
        }
    }
    let adapters = || linker.adapters.iter().map(|adapter| Cause::Adapter { name: adapter.name.clone() }).collect();
    let needs = interfaces.iter().map(|interface| Need {
        interface: interface.clone(),
        causes: causes.remove(&**interface).unwrap_or_else(adapters).into_iter().collect(),
    });
    Ok(needs.collect())
}

/// The interfaces that each function of the adapter calls.
struct Called<'a> {
    wit: WorldWit,
    plan: &'a Plan,
    target: Target,
}

impl Called<'_> {
    fn by(&self, module: &str, name: &str) -> Result<BTreeSet<String>> {
        let Some(snapshot) = Snapshot::of(module) else { return Ok(BTreeSet::new()) };
        if self.plan.layout.layout == Layout::Adapter {
            return self.in_drop_in(snapshot, Some(name));
        }
        interfaces_called(&self.wit, self.target, Some(&snapshot.export(name)))
    }

    fn by_running(&self) -> Result<BTreeSet<String>> {
        match self.plan.beside.filter(|_| self.plan.layout.layout == Layout::Adapter) {
            Some(snapshot) => self.in_drop_in(snapshot, None),
            None => interfaces_called(&self.wit, self.target, None),
        }
    }

    fn in_drop_in(&self, snapshot: Snapshot, function: Option<&str>) -> Result<BTreeSet<String>> {
        interfaces_called_in_drop_in(&self.wit, (snapshot, self.target), function)
    }
}

/// Returns the interfaces that a component imports.
fn imported(component: &[u8]) -> Result<Vec<String>> {
    let mut interfaces = Vec::new();
    for (_, payload) in top_level_sections(component)? {
        if let Payload::ComponentImportSection(section) = payload {
            for import in section {
                let import = import?;
                if import.ty.kind() == ComponentExternalKind::Instance {
                    interfaces.push(import.name.name.to_string());
                }
            }
        }
    }
    Ok(interfaces)
}

/// Returns the pairs of interfaces in which the first uses types of the second.
fn types_used(resolve: &Resolve) -> impl Iterator<Item = (String, String)> {
    let owner = |ty: &Type| match ty {
        Type::Id(id) => match resolve.types[*id].owner {
            TypeOwner::Interface(interface) => Some(interface),
            _ => None,
        },
        _ => None,
    };
    let name = |id: InterfaceId| resolve.id_of(id);
    resolve.interfaces.iter().flat_map(move |(user, interface)| {
        let used = interface.types.values().filter_map(move |id| match &resolve.types[*id].kind {
            TypeDefKind::Type(ty) => owner(ty).filter(|used| *used != user),
            _ => None,
        });
        used.filter_map(move |used| Some((name(user)?, name(used)?)))
    })
}

/// Returns whether two names are of one interface; a component imports the newest of several versions.
fn is_same(a: &str, b: &str) -> bool {
    let plain = |name| str::split(name, '@').next();
    plain(a) == plain(b.trim_start_matches("cm32p2|"))
}

/// Explains to people why the component imports an interface, which may be named without its version.
pub fn why(needs: &[Need], asked: &str) -> String {
    let Some(need) = needs.iter().find(|need| need.interface == asked || is_same(&need.interface, asked)) else {
        let names: Vec<_> = needs.iter().map(|need| format!("\n  {}", shown(&need.interface))).collect();
        return format!("the component does not import {}; what it imports:{}\n", quoted(asked), names.concat());
    };
    let causes: Vec<_> = need.causes.iter().map(|cause| format!("\n  {cause}")).collect();
    format!("the component imports {}, because{}\n", quoted(&need.interface), causes.concat())
}
