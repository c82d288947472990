//! The network that the host gives to the program, taken once.
//!
//! # Safety
//! A component has one thread, and the network is never given back.
#![allow(unsafe_code)]

use core::cell::OnceCell;

use crate::bindings::wasi::sockets::instance_network::instance_network;
use crate::bindings::wasi::sockets::network::Network;

struct Instance(OnceCell<Network>);

// SAFETY: there is one thread.
unsafe impl Sync for Instance {}

static NETWORK: Instance = Instance(OnceCell::new());

pub fn network() -> &'static Network {
    NETWORK.0.get_or_init(instance_network)
}
