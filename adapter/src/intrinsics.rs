//! Link-time intrinsics: the functions whose meaning depends on the layout of a component. The packer in `tools/lib` defines
//! each as a constant or as an access to a global, folds constants, and removes the code that they rule out. So
//! `if has_filesystem() { .. }` decides about the imports of a component.
#![allow(unsafe_code)]

#[link(wasm_import_module = "wasi_adapt")]
unsafe extern "C" {
    /// The address of the adapter's state; 0 before `setup` of `setup.rs` has run. A global.
    pub safe fn state() -> usize;
    pub safe fn set_state(address: usize);
    /// True while the guest's allocator runs on behalf of the adapter. A global, initially 0.
    pub safe fn allocating() -> bool;
    pub safe fn set_allocating(value: bool);
    /// The address of 64 KiB that a linker has set aside in the guest's memory, aligned to 8, or 0.
    pub safe fn linked_block() -> usize;
    /// Moves the shadow stack: `global.set $__stack_pointer`.
    pub safe fn set_stack_pointer(address: usize);
    /// The number of bytes of the shared memory that are the adapter's; if there are none, the adapter takes memory from the
    /// guest.
    pub safe fn adapter_size() -> usize;
    /// The address of the first of them.
    pub safe fn adapter_start() -> usize;
    /// The address in the shared memory that the guest calls 0. A global if there are layers, each a guest when it calls.
    pub safe fn guest_base() -> usize;
    /// The address of the end of the guest's memory, or 0 if that is the end of the shared memory. A global like the former.
    pub safe fn guest_end() -> usize;
    /// True if there is a `main_realloc`.
    pub safe fn has_main_realloc() -> bool;
    /// The guest's `cabi_realloc`, or one that takes single pages by `memory.grow`.
    pub safe fn main_realloc(old: usize, old_size: usize, align: usize, new_size: usize) -> usize;
    /// The state of the host, one of the numbers in `waiting.rs`. A global, initially 0.
    pub safe fn host() -> u32;
    pub safe fn set_host(value: u32);
    /// True if `host` is ever set.
    pub safe fn host_may_wait() -> bool;
    /// True in the functions for `wasi_unstable`. Only `snapshot.rs` may call it.
    pub safe fn unstable() -> bool;
    /// True if the program can call `adapter_duplicate`.
    pub safe fn can_duplicate() -> bool;
    /// True if files can be open at all.
    pub safe fn has_filesystem() -> bool;
    /// True if there are arguments, environment variables, exit codes and terminals.
    pub safe fn has_cli() -> bool;
    /// True if the host has `exit-with-code`, which is new in WASI 0.2.12.
    pub safe fn exact_exit_codes() -> bool;
}

/// The size of the memory in bytes.
#[inline(always)]
pub fn memory_size() -> u64 {
    (core::arch::wasm32::memory_size::<0>() as u64) << 16
}
