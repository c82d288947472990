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
    /// True if files of the host can be open.
    pub safe fn has_filesystem() -> bool;
    /// True if others see the locks on them, through `wasi-adapt:locks/advisory`.
    pub safe fn has_locks() -> bool;
    /// True if the program answers a request of HTTP by the rules of CGI.
    pub safe fn is_cgi() -> bool;
    /// True if a program exits by an exception, which the caller of its entry catches.
    pub safe fn exits_by_exception() -> bool;
    pub safe fn throw_exit() -> !;
    /// True if the host is asked for arguments, environment variables, terminals.
    pub safe fn has_arguments() -> bool;
    pub safe fn has_environment() -> bool;
    pub safe fn has_terminals() -> bool;
    /// True if the host has the stream.
    pub safe fn has_stdin() -> bool;
    pub safe fn has_stdout() -> bool;
    pub safe fn has_stderr() -> bool;
    /// True if the host has clocks, random bytes, an end for programs.
    pub safe fn has_clocks() -> bool;
    pub safe fn has_random() -> bool;
    pub safe fn has_exit() -> bool;
    /// True if the host has `exit-with-code`, which is new in WASI 0.2.12.
    pub safe fn exact_exit_codes() -> bool;
    /// The places of what a linker has put into the sealed data: lists of arguments and of variables, bytes for standard
    /// input, a clock, the start of random bytes. 0 is none.
    pub safe fn sealed_arguments() -> u32;
    pub safe fn sealed_environment() -> u32;
    pub safe fn sealed_stdin() -> u32;
    pub safe fn sealed_clock() -> u32;
    pub safe fn sealed_random() -> u32;
    /// True if the sealed data begins with embedded files.
    pub safe fn has_embedded_files() -> bool;
    /// True if some of them can be changed.
    pub safe fn has_writable_files() -> bool;
    /// True if there are devices among the embedded files.
    pub safe fn has_devices() -> bool;
    /// The memory for those that can be changed: its address, or 0 if it is taken from the guest, and its size in bytes.
    pub safe fn files_memory() -> usize;
    pub safe fn files_memory_size() -> usize;
    /// Copies `len` bytes from `offset` of the sealed data on, which lies outside of any memory: `memory.init`.
    pub fn sealed_read(address: *mut u8, offset: u32, len: usize);
}

/// The address of the end of the guest's memory: the size of the shared memory. If there are layers, the packer replaces each
/// `memory.size` in the adapter by the number of pages up to the end of the guest that calls.
#[inline(always)]
pub fn guest_end() -> u64 {
    (core::arch::wasm32::memory_size::<0>() as u64) << 16
}
