//! The questions that this module asks about the shape it is delivered in. Each is an imported function that the
//! packer in `tools/` replaces by a constant or an access to a global, and then folds: what an answer rules out is
//! cut from the module, so `if has_filesystem() { .. }` decides what a component imports.
#![allow(unsafe_code)]

#[link(wasm_import_module = "wasi_adapt")]
unsafe extern "C" {
    /// The address of the adapter's state, 0 before `setup` of `memory.rs` has run. A global.
    pub safe fn state() -> usize;
    pub safe fn set_state(address: usize);
    /// Whether the guest's allocator is running on behalf of the adapter. A global, initially 0.
    pub safe fn allocating() -> bool;
    pub safe fn set_allocating(value: bool);
    /// The address of 64 KiB that a linker has set aside in the guest's memory, aligned to 8, or 0.
    pub safe fn linked_block() -> usize;
    /// Moves the shadow stack: `global.set $__stack_pointer`.
    pub safe fn set_stack_pointer(address: usize);
    /// Where the guest's address 0 is in the memory that both share. What is below it is the adapter's; if that is
    /// nothing, the adapter takes memory from the guest.
    pub safe fn guest_base() -> usize;
    /// Whether there is a `main_realloc`.
    pub safe fn has_main_realloc() -> bool;
    /// The guest's `cabi_realloc`, or one that takes single pages by `memory.grow`.
    pub safe fn main_realloc(old: usize, old_size: usize, align: usize, new_size: usize) -> usize;
    /// Whether the host can be asked, as a number of `waiting.rs`. A global, initially 0.
    pub safe fn host() -> u32;
    pub safe fn set_host(value: u32);
    /// Whether `host` is ever set.
    pub safe fn host_may_wait() -> bool;
    /// Whether the program calls a function of `wasi_unstable`. For the functions of `snapshot.rs` alone to ask.
    pub safe fn unstable() -> bool;
    /// Whether `adapter_duplicate` is there to be called.
    pub safe fn can_duplicate() -> bool;
    /// Whether files can be opened at all.
    pub safe fn has_filesystem() -> bool;
    /// Whether there are arguments, environment variables, exit codes and terminals.
    pub safe fn has_cli() -> bool;
    /// Whether the host has `exit-with-code`, which is new in WASI 0.2.12.
    pub safe fn exact_exit_codes() -> bool;
}

/// How many bytes of memory there are.
#[inline(always)]
pub fn memory_size() -> u64 {
    (core::arch::wasm32::memory_size::<0>() as u64) << 16
}
