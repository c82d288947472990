//! The network that the host gives to the program, taken once.

use core::cell::OnceCell;

use crate::bindings::wasi::sockets::instance_network::instance_network;
use crate::bindings::wasi::sockets::network::Network;
use crate::one_thread::OneThread;

static NETWORK: OneThread<OnceCell<Network>> = OneThread(OnceCell::new());

pub fn network() -> &'static Network {
    NETWORK.get_or_init(instance_network)
}
