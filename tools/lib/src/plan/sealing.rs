//! Finds what keeps a seal from holding.

use super::adapter::Adapters;
use super::layers::PlannedLayer;
use super::{Import, Plan, Problem, ProblemCode, Provider};
use crate::cgi::{Cgi, CgiError};
use crate::linker::Linker;
use crate::names::quoted;
use crate::preview1::Snapshot;
use crate::seal::Capability;
use crate::{Emit, Layout, World};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Functions of preview1 that a program imports, and that find nothing because a capability is denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refused {
    pub capability: Capability,
    /// Their names, sorted.
    pub functions: Vec<String>,
}

/// Returns what of a program's imports a seal refuses.
pub fn refused(imports: &[Import], linker: &Linker) -> Vec<Refused> {
    let denied = linker.seal.denied();
    let is_refused = |capability: &Capability| {
        let has_own = match capability {
            Capability::Filesystem => linker.files.is_some(),
            _ => linker.seal.has_own(*capability),
        };
        denied.has(*capability) && !has_own
    };
    let by_adapter = imports.iter().filter(|import| import.served_by == Provider::Adapter);
    let mut functions = BTreeMap::<_, BTreeSet<_>>::new();
    for Import { name, .. } in by_adapter {
        if let Some(capability) = Capability::of_preview1(name).filter(is_refused) {
            functions.entry(capability).or_default().insert(name.clone());
        }
    }
    let refused = functions.into_iter();
    refused.map(|(capability, names)| Refused { capability, functions: names.into_iter().collect() }).collect()
}

/// Returns every problem of a seal.
pub fn find(plan: &Plan, adapters: &Adapters<'_>, linker: &Linker) -> Vec<Problem> {
    let mut problems = Vec::new();
    let denied = linker.seal.denied();
    let own = plan.imports.iter().filter(|import| import.served_by == Provider::Host);
    let own = own.map(|Import { module, name, .. }| ("it".to_string(), module, name));
    let mut of_adapters: Vec<_> = adapters.iter().collect();
    of_adapters.sort_by_key(|(name, _)| **name);
    let of_adapters = of_adapters.into_iter().flat_map(|(adapter, read)| {
        read.imports
            .iter()
            .map(move |(module, name)| (format!("the adapter given for {}", quoted(adapter)), module, name))
    });
    for (who, module, name) in own.chain(of_adapters) {
        let capability = Capability::of_import(module, name).filter(|capability| denied.has(*capability));
        problems.extend(capability.map(|capability| {
            Problem::new(
                ProblemCode::Denied,
                format!(
                    "{who} imports {} of {} from the host, which `{capability}` is denied for",
                    quoted(name),
                    quoted(module)
                ),
                match own_option(capability).filter(|_| linker.seal.has_own(capability)) {
                    Some(option) => format!("leave out the component's own (`{option}`), or build it without"),
                    None => format!("allow it with `--allow {capability}`, or build it without"),
                },
            )
        }));
    }
    problems.extend(plan.layers.iter().flat_map(|layer| of_layer(layer, plan, linker)));
    if linker.seal.is_strict() {
        problems.extend(plan.refused.iter().map(|Refused { capability, functions }| {
            let names: Vec<_> = functions.iter().map(|name| format!("`{name}`")).collect();
            Problem::new(
                ProblemCode::Denied,
                format!("it imports {}, and `{capability}` is denied", names.join(", ")),
                format!("allow it with `--allow {capability}`, or leave out `--strict`"),
            )
        }));
    }
    let replaced = Snapshot::ALL.into_iter().map(Snapshot::module).filter(|name| adapters.contains_key(name));
    let strings = linker.seal.has_data();
    let in_module = plan.layout.layout == Layout::Adapter;
    if strings && in_module {
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            "variables, arguments or standard input are put into the component, and the layout `adapter` has no place for them".into(),
            if linker.emit == Emit::Module || linker.layout == Layout::Adapter {
                "leave the choice of the layout to `--layout auto`"
            } else {
                "link it with `--layout guest`, and without adapters"
            },
        ));
    }
    if !denied.is_empty() {
        problems.extend(replaced.map(|name| {
            Problem::new(
                ProblemCode::Denied,
                format!("an adapter is given for `{name}`, and only this tool's own can do without what is denied"),
                "leave the adapter out, or deny nothing",
            )
        }));
    }
    if plan.world == World::Http {
        problems.extend(unfit_for_cgi(linker));
    }
    if linker.seal.lacks_name(plan.target(linker).has(Capability::Args)) {
        problems.push(Problem::new(
            ProblemCode::NoProgramName,
            "it gets arguments from the component only, and none of them is the program's name".into(),
            "give it a name with `--argv0 NAME`",
        ));
    }
    problems
}

/// Returns a problem for each denied capability that a layer imports from the host.
fn of_layer(layer: &PlannedLayer, plan: &Plan, linker: &Linker) -> impl Iterator<Item = Problem> {
    let denied = linker.seal.denied();
    let mut modules = BTreeMap::<_, BTreeSet<_>>::new();
    for import in layer.host_imports() {
        if let Some(capability) = Capability::of_import(&import.module, &import.name).filter(|it| denied.has(*it)) {
            modules.entry(capability).or_default().insert(quoted(&import.module));
        }
    }
    let served = plan.imports.iter().filter(|import| import.layer.as_ref() == Some(&layer.name));
    let served: Vec<_> = served.map(|import| quoted(&import.name)).collect();
    let layer = format!("the layer {}, which serves {},", quoted(&layer.name), served.join(", "));
    modules.into_iter().map(move |(capability, modules)| {
        let modules = Vec::from_iter(modules).join(", ");
        Problem::new(
            ProblemCode::Denied,
            format!("{layer} imports {modules} from the host, which `{capability}` is denied for"),
            format!("allow it with `--allow {capability}`, or link it without what needs the layer"),
        )
    })
}

/// The option that gives a component something of its own in place of the host's.
fn own_option(capability: Capability) -> Option<&'static str> {
    match capability {
        Capability::Stdin => Some("--stdin"),
        Capability::Clocks => Some("--clock"),
        Capability::Random => Some("--random"),
        _ => None,
    }
}

/// Returns what of a seal has no place in a CGI program, which gets variables, arguments and input from a request.
fn unfit_for_cgi(linker: &Linker) -> Vec<Problem> {
    let variables = linker.seal.variables().iter();
    let variables = variables.filter_map(|variable| Cgi::new().variable(variable.name(), variable.value()).err());
    let arguments = linker.seal.arguments().filter_map(|argument| Cgi::new().argument(argument).err());
    let unfit = |error: CgiError| {
        Problem::new(
            ProblemCode::UnfitCgi,
            format!("of what is put into the component, {error}"),
            "change the value, or link it in another world",
        )
    };
    let mut problems: Vec<_> = variables.chain(arguments).map(unfit).collect();
    if linker.seal.has_stdin() {
        problems.push(Problem::new(
            ProblemCode::UnfitCgi,
            "standard input is put into the component, and in the world `http` it is the body of the request".into(),
            "leave out `--stdin`, or link it in another world",
        ));
    }
    problems
}
