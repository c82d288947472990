//! The project's worlds, parsed from the WIT text that the build script has embedded.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use anyhow::{Context, Result};
use wit_parser::{InterfaceId, PackageId, Resolve, Type, TypeDefKind, WorldId, WorldItem};

use super::module::{Code, Func, Module};
use super::reach;
use super::target::Target;
use crate::{Locks, World};

// `WIT`: the name and text of each WIT file, a package before those that use it.
include!(concat!(env!("OUT_DIR"), "/wit.rs"));

/// Returns the project's own worlds, with the WASI packages that they use.
pub fn worlds() -> (&'static Resolve, PackageId) {
    static WORLDS: LazyLock<(Resolve, PackageId)> =
        LazyLock::new(|| parse().expect("the build script has made bindings of the embedded WIT"));
    (&WORLDS.0, WORLDS.1)
}

fn parse() -> Result<(Resolve, PackageId)> {
    let mut resolve = Resolve::default();
    let mut last = None;
    for (file, text) in WIT {
        last = Some(resolve.push_str(file, text).with_context(|| format!("parsing the embedded `{file}`"))?);
    }
    Ok((resolve, last.context("no WIT is embedded")?))
}

/// One of the worlds, with lookups for the packer.
pub struct WorldWit {
    pub resolve: &'static Resolve,
    pub world: WorldId,
}

/// The function of a world that a core import refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedFunc {
    /// True if its results contain strings or lists, for which the host allocates.
    pub allocates: bool,
}

impl WorldWit {
    pub fn new(world: World) -> Result<WorldWit> {
        WorldWit::named(world.name())
    }

    /// The world of a host.
    pub fn of(target: Target) -> Result<WorldWit> {
        match (target.world, target.locks) {
            (World::Command, Locks::Host) => WorldWit::named("command-with-locks"),
            (World::Reactor, Locks::Host) => WorldWit::named("reactor-with-locks"),
            (world, _) => WorldWit::new(world),
        }
    }

    fn named(name: &str) -> Result<WorldWit> {
        let (resolve, package) = worlds();
        let world = resolve.select_world(&[package], Some(name))?;
        Ok(WorldWit { resolve, world })
    }

    /// Returns whether the world imports the interface that core imports call `module`.
    pub fn imports(&self, module: &str) -> bool {
        self.imported_interface(module).is_some()
    }

    fn imported_interface(&self, module: &str) -> Option<InterfaceId> {
        let mut imports = self.resolve.worlds[self.world].imports.values().filter_map(interface);
        imports.find(|id| self.resolve.id_of(*id).as_deref() == Some(module))
    }

    /// Looks up the core import `module` `name` among the world's imports.
    pub fn imported_func(&self, module: &str, name: &str) -> Option<ImportedFunc> {
        let id = self.imported_interface(module)?;
        let interface = &self.resolve.interfaces[id];
        if let Some(resource) = name.strip_prefix("[resource-drop]") {
            let ty = interface.types.get(resource)?;
            let is_resource = matches!(self.resolve.types[*ty].kind, TypeDefKind::Resource);
            return is_resource.then_some(ImportedFunc { allocates: false });
        }
        let function = interface.functions.get(name)?;
        let allocates = function.result.is_some_and(|ty| has_list(self.resolve, &ty));
        Some(ImportedFunc { allocates })
    }

    /// Returns whether this is an import whose results the host allocates memory for.
    pub fn allocates(&self, func: &Func<'_>) -> bool {
        match &func.code {
            Code::Import(import) => self.imported_func(&import.module, &import.name).is_some_and(|func| func.allocates),
            Code::Body(_) => false,
        }
    }

    /// The interfaces that a module's exported function of a name reaches; without a name, what the world's exports reach.
    pub fn interfaces_reached(&self, module: &Module<'_>, function: Option<&str>) -> Result<BTreeSet<String>> {
        let entries = function.map_or_else(|| self.exported_funcs(), |name| vec![name.into()]);
        let mut interfaces = BTreeSet::new();
        for index in entries.iter().filter_map(|name| module.exported_func(name)) {
            let funcs = reach::from_func(module, index)?.funcs;
            interfaces.extend(funcs.iter().filter_map(|func| match &module.funcs[*func as usize].code {
                Code::Import(import) => Some(import.module.clone()).filter(|module| self.imports(module)),
                Code::Body(_) => None,
            }));
        }
        Ok(interfaces)
    }

    /// Returns the core name of each function that the world exports.
    pub fn exported_funcs(&self) -> Vec<String> {
        let exports = self.resolve.worlds[self.world].exports.values();
        let functions = |id: InterfaceId| {
            let interface = self.resolve.id_of(id).unwrap_or_default();
            let names = self.resolve.interfaces[id].functions.keys();
            names.map(|name| format!("{interface}#{name}")).collect::<Vec<_>>()
        };
        exports.filter_map(interface).flat_map(functions).collect()
    }
}

/// Returns the core name of each function that a world exports.
pub fn exported_funcs(world: World) -> Vec<String> {
    WorldWit::new(world).map(|wit| wit.exported_funcs()).unwrap_or_default()
}

/// Returns whether a type contains a string or a list.
pub fn has_list(resolve: &Resolve, ty: &Type) -> bool {
    let Type::Id(id) = ty else { return matches!(ty, Type::String) };
    let any = |types: Vec<Option<&Type>>| types.into_iter().flatten().any(|ty| has_list(resolve, ty));
    match &resolve.types[*id].kind {
        TypeDefKind::Record(record) => any(record.fields.iter().map(|field| Some(&field.ty)).collect()),
        TypeDefKind::Tuple(tuple) => any(tuple.types.iter().map(Some).collect()),
        TypeDefKind::Variant(variant) => any(variant.cases.iter().map(|case| case.ty.as_ref()).collect()),
        TypeDefKind::Result(result) => any(vec![result.ok.as_ref(), result.err.as_ref()]),
        TypeDefKind::Option(ty) | TypeDefKind::Type(ty) | TypeDefKind::FixedLengthList(ty, _) => has_list(resolve, ty),
        TypeDefKind::List(_) | TypeDefKind::Map(..) => true,
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Future(_)
        | TypeDefKind::Stream(_)
        | TypeDefKind::Unknown => false,
    }
}

fn interface(item: &WorldItem) -> Option<InterfaceId> {
    match item {
        WorldItem::Interface { id, .. } => Some(*id),
        _ => None,
    }
}
