//! Layers: modules between a program and the adapter.

use std::fmt::Write as _;

/// The module of the functions one layer down, with the caller's pointers.
pub(crate) const NEXT: &str = "wasi_adapt:next";
/// The module of accesses to the caller's memory.
pub(crate) const GUEST: &str = "wasi_adapt:guest";

/// The export of a layer that is called when the program's entry has returned.
pub(crate) const EXIT: &str = "wasi_adapt:exit";

/// Between the name of an export and a number: it serves only imports with so many parameters. Other dialects have functions
/// with names of preview1, and some have one name for two functions.
pub(crate) const DIALECT: char = '/';

/// A core module that serves functions which the program would else get from the adapter, or from nobody.
///
/// It exports preview1 functions under their names and with their types. What it exports, the program gets, or the layer
/// above it; all else goes through. It imports:
///
/// | from | what it gets |
/// |---|---|
/// | `wasi_snapshot_preview1` | WASI for itself: pointers are into its own memory |
/// | `wasi_adapt:next` | the same functions, one layer down: pointers are into the caller's memory, and passed on as they came |
/// | `wasi_adapt:guest` | `read(to, pointer, len)` and `write(pointer, from, len)`, which copy from and to the caller's memory and return an errno |
/// | `wasi_adapt:guest` | `address(pointer, len)`, which returns where the caller's bytes are for the layer, or 0 if they are not all in the caller's memory |
/// | its own WIT | the host's functions; only one layer can have such imports |
///
/// If it exports a function `wasi_adapt:exit`, that is called when the program's entry has returned, which it does unless
/// the program calls `proc_exit`, or traps.
///
/// A layer shares the component's memory and has pages of its own there, below the program's. Neither the program nor a
/// layer can reach what is below its own pages. Those of a layer with imports of its own WIT are the lowest, below the
/// adapter's, because the host sees its pointers.
///
/// ```
/// use wasi_adapt::{Layer, Linker};
///
/// let module = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))) (func (export "_start")))"#;
/// let layer = r#"(module (func (export "sched_yield") (result i32) i32.const 52))"#;
/// let linked = Linker::new().layer(Layer::new("no yield", layer.as_bytes())).link(module.as_bytes())?;
/// # Ok::<(), wasi_adapt::LinkError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    pub(crate) name: String,
    pub(crate) wasm: Vec<u8>,
    pub(crate) serves: Vec<String>,
    pub(crate) pages: Option<u32>,
}

impl Layer {
    /// Makes a layer of a core module, binary or text. The name is for messages and reports.
    pub fn new(name: impl Into<String>, wasm: impl Into<Vec<u8>>) -> Layer {
        Layer { name: name.into(), wasm: wasm.into(), serves: Vec::new(), pages: None }
    }

    /// Lets its exports also serve what is imported from `module`.
    #[must_use]
    pub fn serve(mut self, module: impl Into<String>) -> Layer {
        self.serves.push(module.into());
        self
    }

    /// Sets the number of 64 KiB pages that it has, at most: `memory.grow` fails beyond. By default they are
    /// [`Self::MORE_PAGES`] more than its memory begins with. Pages take memory only where they are used.
    #[must_use]
    pub fn pages(mut self, pages: impl Into<Option<u32>>) -> Layer {
        self.pages = pages.into();
        self
    }

    /// The number of pages for which a layer's memory can grow by default.
    pub const MORE_PAGES: u32 = 16;

    /// Makes a layer that has texts. For each it exports a function `(to, room) -> length`, which copies the text if there is
    /// room for it.
    pub(crate) fn of_texts(name: &str, texts: &[(&str, &str)]) -> Layer {
        let mut functions = String::new();
        let mut start = 0;
        for (name, text) in texts {
            let len = text.len();
            let data: String = text.bytes().fold(String::new(), |mut data, byte| {
                let _ = write!(data, "\\{byte:02x}"); // A string takes it.
                data
            });
            let _ = write!(
                functions,
                r#"(data (i32.const {start}) "{data}")
                (func (export "{name}") (param $to i32) (param $room i32) (result i32)
                  (if (i32.ge_u (local.get $room) (i32.const {len}))
                    (then (drop (call $write (local.get $to) (i32.const {start}) (i32.const {len})))))
                  (i32.const {len}))"#
            );
            start += len;
        }
        let pages = start.div_ceil(1 << 16);
        let module = format!(
            r#"(module
              (import "wasi_adapt:guest" "write" (func $write (param i32 i32 i32) (result i32)))
              (memory {pages})
              {functions})"#
        );
        Layer::new(name, module).pages(pages as u32)
    }
}
