//! Finds memory for the adapter, and puts a fresh state there.
//!
//! All state lies in one block: the shadow stack, [`State`], a little scratch space, the descriptors, and more scratch
//! space up to the block's end. A simple program touches one of the host's pages. The block is the memory below the guest,
//! or else [`BLOCK`] bytes that were linked into the guest or are taken from it.
#![allow(unsafe_code)]

use crate::block::{self, BLOCK, BlockSource};
use crate::cgi;
use crate::intrinsics;
use crate::state::{self, State};

/// The shadow stack grows down from here to the start of the block. Its end, the state, scratch space close to it and the
/// first descriptors share one of the host's pages, half each, so that a simple program takes no more than that.
const STACK: usize = (8 << 10) + HOST_PAGE / 2;
/// As large as pages are on most hosts.
const HOST_PAGE: usize = 4 << 10;

/// Finds the adapter's memory: below the guest, or else the guest gives a block. The packer calls this before the first
/// preview1 call does anything, so there is no shadow stack before `set_stack_pointer`: the packer checks that nothing
/// uses one until then.
#[unsafe(no_mangle)]
extern "C" fn setup() {
    let below = intrinsics::adapter_size();
    let (block, size, source) = if below > 0 {
        (intrinsics::adapter_start(), below - tables(), BlockSource::Memory)
    } else {
        match block::first() {
            Some((block, source)) => (block, BLOCK, source),
            None => return,
        }
    };
    intrinsics::set_stack_pointer(block + STACK);
    intrinsics::set_state(block + STACK);
    // SAFETY: the block is ours, aligned to 8, and large enough (asserted below).
    unsafe { State::initialise((block + STACK) as *mut State, size - STACK, size / BLOCK, source) };
}

/// Forgets everything, for a program whose state is about to be stored for other hosts to go on with: there, no handle of
/// this host means anything.
#[unsafe(no_mangle)]
extern "C" fn reset_adapter_state() {
    let below = intrinsics::adapter_size();
    let size = if below > 0 { below - tables() } else { BLOCK };
    let state = intrinsics::state() as *mut State;
    // SAFETY: as in `setup`, and there are no references into the state.
    unsafe { State::initialise(state, size - STACK, size / BLOCK, (*state).memory.source) };
}

/// The size of the tables at the end of the memory below the guest.
#[inline(always)] // there is no stack yet
fn tables() -> usize {
    if intrinsics::is_cgi() { cgi::room() } else { 0 }
}

const _: () = assert!(STACK + state::SIZE + (8 << 10) <= BLOCK, "scratch space is at least 8 KiB");
const _: () = assert!(state::FIRST <= HOST_PAGE / 2, "what every program needs is close together");
