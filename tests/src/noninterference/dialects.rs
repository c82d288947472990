//! Functions of sockets that preview1 does not have, in the dialects of WasmEdge and WAMR.

use wasi_adapt::preview1::CoreType;

use super::calls::ParamKind::{self, *};

/// A function, by its name and the number of its parameters. All are 32 bits wide, but for times.
#[derive(Debug)]
pub struct Dialect {
    pub export: &'static str,
    pub params: &'static [ParamKind],
}

impl Dialect {
    /// Returns the name under which programs import it.
    pub fn name(&self) -> &'static str {
        self.export.split('/').next().unwrap_or_default()
    }

    /// Returns the types of the parameters.
    pub fn core_params(&self) -> Vec<CoreType> {
        let ty = |kind: &ParamKind| if matches!(kind, Wide) { CoreType::I64 } else { CoreType::I32 };
        self.params.iter().map(ty).collect()
    }

    /// Returns its type in text format.
    pub fn ty(&self) -> String {
        let params: String = self.core_params().iter().map(|ty| format!(" {ty}")).collect();
        format!("(param{params}) (result i32)")
    }
}

const fn dialect(export: &'static str, params: &'static [ParamKind]) -> Dialect {
    Dialect { export, params }
}

/// The size of WAMR's addresses, and of what it finds by a name.
const TAGGED: u64 = 24;
const INFO: u64 = 28;

/// Options are alike, so of these there are some of each kind.
pub const FUNCTIONS: [Dialect; 32] = [
    dialect("sock_accept/2", &[Descriptor, Out(4)]),
    dialect("sock_close/1", &[Descriptor]),
    dialect("sock_listen/2", &[Descriptor, Number]),
    dialect("sock_open/3", &[Number, Number, Out(4)]),
    dialect("sock_bind/3", &[Descriptor, Input, Number]),
    dialect("sock_connect/3", &[Descriptor, Input, Number]),
    dialect("sock_recv_from/7", &[Descriptor, BuffersOut, Count, BufferOut, Flags, Out(4), Out(2)]),
    dialect("sock_recv_from/8", &[Descriptor, BuffersOut, Count, BufferOut, Flags, Out(4), Out(4), Out(2)]),
    dialect("sock_send_to/7", &[Descriptor, Input, Count, Input, Number, Flags, Out(4)]),
    dialect("sock_getlocaladdr/3", &[Descriptor, BufferOut, Out(4)]),
    dialect("sock_getlocaladdr/4", &[Descriptor, BufferOut, Out(4), Out(4)]),
    dialect("sock_getpeeraddr/3", &[Descriptor, BufferOut, Out(4)]),
    dialect("sock_getpeeraddr/4", &[Descriptor, BufferOut, Out(4), Out(4)]),
    dialect("sock_getsockopt/5", &[Descriptor, Flags, Count, Out(16), Out(4)]),
    dialect("sock_setsockopt/5", &[Descriptor, Flags, Count, Input, Length]),
    dialect("sock_getaddrinfo/8", &[Input, Length, Input, Length, Input, Chain, Count, Out(4)]),
    dialect("sock_open/4", &[Number, Number, Number, Out(4)]),
    dialect("sock_bind/2", &[Descriptor, Input]),
    dialect("sock_connect/2", &[Descriptor, Input]),
    dialect("sock_addr_local/2", &[Descriptor, Out(TAGGED)]),
    dialect("sock_addr_remote/2", &[Descriptor, Out(TAGGED)]),
    dialect("sock_addr_resolve/6", &[Input, Input, Input, Elements(INFO), Count, Out(4)]),
    dialect("sock_recv_from/6", &[Descriptor, BuffersOut, Count, Flags, Out(TAGGED), Out(4)]),
    dialect("sock_send_to/6", &[Descriptor, Input, Count, Flags, Input, Out(4)]),
    dialect("sock_get_recv_buf_size/2", &[Descriptor, Out(4)]),
    dialect("sock_set_recv_buf_size/2", &[Descriptor, Number]),
    dialect("sock_get_broadcast/2", &[Descriptor, Out(1)]),
    dialect("sock_set_broadcast/2", &[Descriptor, Number]),
    dialect("sock_get_recv_timeout/2", &[Descriptor, Out(8)]),
    dialect("sock_set_recv_timeout/2", &[Descriptor, Wide]),
    dialect("sock_get_linger/3", &[Descriptor, Out(1), Out(4)]),
    dialect("sock_set_ip_add_membership/3", &[Descriptor, Input, Number]),
];
