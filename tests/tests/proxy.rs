//! The proxy world: preview1 without files, arguments, environment and exit. A proxy has no `run`; its guests work in a
//! constructor, called by `_initialize`.

use wasi_adapt::{Linker, World};
use wasi_adapt_host::Exit;
use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::{golden, run, test_guests};

fn check(guest: &Guest) {
    for layout in run::LAYOUTS {
        let linker = Linker::new().world(World::Proxy).layout(layout);
        let component = linker.link(&guest.module()).unwrap().wasm;
        let found = run::observe(&guest.start(), |invocation| run::host().run_component(&component, invocation));
        let ending = match found.exit {
            Exit::Code(code) => format!("exit status {code}"),
            Exit::Trap(_) => "trap".into(),
        };
        golden::check(&format!("{}.txt", guest.id), &format!("{}stderr:\n{}{ending}\n", found.stdout, found.stderr));
    }
}

test_guests!(for_each_proxy by check);
