//! Serves connections one after the other and sends everything back; then asks a web server for a page, and sends itself a
//! datagram. By the crate `wasmedge_wasi_socket`; natively, by the standard library.

use std::env;
use std::io::{self, Read, Write};

#[cfg(not(target_os = "wasi"))]
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
#[cfg(target_os = "wasi")]
use wasmedge_wasi_socket::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

#[cfg(target_os = "wasi")]
fn bind(address: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address, false)
}

#[cfg(not(target_os = "wasi"))]
fn bind(address: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address)
}

#[cfg(target_os = "wasi")]
fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, address) = listener.accept(false)?;
    assert_eq!(address, stream.peer_addr()?);
    Ok(stream)
}

#[cfg(not(target_os = "wasi"))]
fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    Ok(listener.accept()?.0)
}

#[cfg(target_os = "wasi")]
fn local_port(socket: &UdpSocket) -> io::Result<u16> {
    use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd};
    // The crate has no function for it.
    // SAFETY: the descriptor is open, and given back below.
    let socket = unsafe { wasmedge_wasi_socket::socket::Socket::from_raw_fd(socket.as_raw_fd()) };
    let port = socket.get_local()?.port();
    let _ = socket.into_raw_fd();
    Ok(port)
}

#[cfg(not(target_os = "wasi"))]
fn local_port(socket: &UdpSocket) -> io::Result<u16> {
    Ok(socket.local_addr()?.port())
}

fn main() -> io::Result<()> {
    let web = env::args().nth(1).unwrap().parse::<u16>().unwrap();
    let listener = bind("127.0.0.1:0")?;
    println!("port {}", listener.local_addr()?.port());
    for _ in 0..3 {
        let mut stream = accept(&listener)?;
        let (mut bytes, mut total) = ([0; 4096], 0);
        loop {
            let len = stream.read(&mut bytes)?;
            if len == 0 {
                break;
            }
            stream.write_all(&bytes[..len])?;
            total += len;
        }
        println!("{total} bytes from {}", stream.peer_addr()?.ip());
    }

    let addresses: Vec<_> = ("localhost", 80).to_socket_addrs()?.filter(|address| address.is_ipv4()).collect();
    println!("localhost is {addresses:?}");
    println!("nobody.invalid is found: {}", ("nobody.invalid", 80).to_socket_addrs().is_ok());
    let mut stream = TcpStream::connect(format!("localhost:{web}"))?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    println!("{page}");
    let refused = TcpStream::connect("127.0.0.1:1").err().map(|error| error.kind());
    println!("connecting to nobody: {refused:?}");

    let [a, b] = ["127.0.0.1:0", "127.0.0.1:0"].map(UdpSocket::bind);
    let (a, b) = (a?, b?);
    println!("sent {}", a.send_to(b"datagram", format!("127.0.0.1:{}", local_port(&b)?))?);
    let mut bytes = [0; 16];
    let (len, from) = b.recv_from(&mut bytes)?;
    println!("received {:?}, from the sender: {}", &bytes[..len], from.port() == local_port(&a)?);
    Ok(())
}
