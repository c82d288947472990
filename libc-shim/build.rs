//! Generates the bindings of the `sockets` world in `../wit` from the WIT packages that the `wasip2` crate ships.

#[path = "../adapter/build/bindings.rs"]
mod bindings;

use anyhow::Result;

fn main() -> Result<()> {
    let Some((mut resolve, world)) = bindings::world("sockets")? else { return Ok(()) };
    let options = wit_bindgen_rust::Opts {
        raw_strings: true,
        runtime_path: Some("crate::runtime".into()),
        generate_all: true,
        disable_run_ctors_once_workaround: true,
        ..Default::default()
    };
    bindings::write(&mut resolve, world, options)
}
