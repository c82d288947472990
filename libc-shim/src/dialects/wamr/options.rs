//! WAMR's options, each with a function that gets it and one that sets it. What the libc-shim has no such option for fails as
//! there.
#![allow(unsafe_code)]

use super::super::{Errno, Result, caller, dialect, options, table};

/// The number of an option in the libc-shim, and the type of its value.
macro_rules! numbers {
    ($($get:literal $set:literal $level:ident $name:ident $type:ty;)*) => {$(
        const _: () = {
            fn get(fd: i32, value: *mut $type) -> Result {
                let (bytes, _) = options::get(fd, options::$level, options::$name, 4)?;
                caller::put(value, i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as $type)
            }

            fn set(fd: i32, value: i32) -> Result {
                options::set(fd, options::$level, options::$name, &value.to_le_bytes())
            }

            dialect! {
                $get => get(fd: i32, value: *mut $type);
                $set => set(fd: i32, value: i32);
            }
        };
    )*};
}

numbers! {
    "sock_get_recv_buf_size/2" "sock_set_recv_buf_size/2" SOL_SOCKET SO_RCVBUF u32;
    "sock_get_send_buf_size/2" "sock_set_send_buf_size/2" SOL_SOCKET SO_SNDBUF u32;
    "sock_get_reuse_addr/2" "sock_set_reuse_addr/2" SOL_SOCKET SO_REUSEADDR u8;
    "sock_get_reuse_port/2" "sock_set_reuse_port/2" SOL_SOCKET SO_REUSEPORT u8;
    "sock_get_keep_alive/2" "sock_set_keep_alive/2" SOL_SOCKET SO_KEEPALIVE u8;
    "sock_get_broadcast/2" "sock_set_broadcast/2" SOL_SOCKET SO_BROADCAST u8;
    "sock_get_tcp_no_delay/2" "sock_set_tcp_no_delay/2" IPPROTO_TCP TCP_NODELAY u8;
    "sock_get_tcp_keep_idle/2" "sock_set_tcp_keep_idle/2" IPPROTO_TCP TCP_KEEPIDLE u32;
    "sock_get_tcp_keep_intvl/2" "sock_set_tcp_keep_intvl/2" IPPROTO_TCP TCP_KEEPINTVL u32;
    "sock_get_tcp_quick_ack/2" "sock_set_tcp_quick_ack/2" IPPROTO_TCP TCP_QUICKACK u8;
    "sock_get_tcp_fastopen_connect/2" "sock_set_tcp_fastopen_connect/2" IPPROTO_TCP TCP_FASTOPEN_CONNECT u8;
    "sock_get_ip_ttl/2" "sock_set_ip_ttl/2" IPPROTO_IP IP_TTL u8;
    "sock_get_ip_multicast_ttl/2" "sock_set_ip_multicast_ttl/2" IPPROTO_IP IP_MULTICAST_TTL u8;
    "sock_get_ipv6_only/2" "sock_set_ipv6_only/2" IPPROTO_IPV6 IPV6_V6ONLY u8;
}

/// Timeouts, in microseconds.
macro_rules! timeouts {
    ($($get:literal $set:literal $name:ident;)*) => {$(
        const _: () = {
            fn get(fd: i32, value: *mut u64) -> Result {
                let timeout = options::get_timeout(fd, options::$name)?;
                caller::put(value, timeout)
            }

            fn set(fd: i32, value: u64) -> Result {
                options::set_timeout(fd, options::$name, value)
            }

            dialect! {
                $get => get(fd: i32, value: *mut u64);
                $set => set(fd: i32, value: u64);
            }
        };
    )*};
}

timeouts! {
    "sock_get_recv_timeout/2" "sock_set_recv_timeout/2" SO_RCVTIMEO;
    "sock_get_send_timeout/2" "sock_set_send_timeout/2" SO_SNDTIMEO;
}

dialect! {
    "sock_get_linger/3" => get_linger(fd: i32, is_on: *mut u8, seconds: *mut i32);
    "sock_set_linger/3" => set_linger(fd: i32, is_on: i32, seconds: i32);
    "sock_get_ip_multicast_loop/3" => multicast(fd: i32, is_v6: i32, value: u32);
    "sock_set_ip_multicast_loop/3" => multicast(fd: i32, is_v6: i32, value: u32);
    "sock_set_ip_add_membership/3" => multicast(fd: i32, group: i32, interface: u32);
    "sock_set_ip_drop_membership/3" => multicast(fd: i32, group: i32, interface: u32);
}

fn get_linger(fd: i32, is_on: *mut u8, seconds: *mut i32) -> Result {
    let ([on, _, _, _, a, b, c, d, ..], _) = options::get(fd, options::SOL_SOCKET, options::SO_LINGER, 8)?;
    caller::put(is_on, on)?;
    caller::put(seconds, i32::from_le_bytes([a, b, c, d]))
}

fn set_linger(fd: i32, is_on: i32, seconds: i32) -> Result {
    let mut value = [0; 8];
    value[..4].copy_from_slice(&is_on.to_le_bytes());
    value[4..].copy_from_slice(&seconds.to_le_bytes());
    options::set(fd, options::SOL_SOCKET, options::SO_LINGER, &value)
}

/// WASI has no multicast.
fn multicast(fd: i32, _: i32, _: u32) -> Result {
    table::socket(fd)?;
    Err(Errno::NOPROTOOPT)
}
