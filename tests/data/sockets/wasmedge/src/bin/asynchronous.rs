//! Serves connections at once and sends everything back; then asks a web server for a page. By the crate `tokio_wasi`.

use std::io;
use std::time::Duration;
use std::{env, str};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{lookup_host, TcpListener, TcpStream};
use tokio::time;

async fn echo(mut stream: TcpStream) -> io::Result<usize> {
    let (mut bytes, mut total) = (vec![0; 4096], 0);
    loop {
        let len = stream.read(&mut bytes).await?;
        if len == 0 {
            return Ok(total);
        }
        stream.write_all(&bytes[..len]).await?;
        total += len;
    }
}

/// In `mio_wasi`, it is the first use of a connection that tells of an error.
async fn visit(address: &str) -> io::Result<u8> {
    TcpStream::connect(address).await?.read_u8().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let web = env::args().nth(1).unwrap().parse::<u16>().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("port {}", listener.local_addr()?.port());
    let ((a, from), (b, _), (c, _)) = (listener.accept().await?, listener.accept().await?, listener.accept().await?);
    println!("connections from {}", from.ip());
    // In one task, because the end of another one does not wake a program that waits in `mio_wasi`.
    let (a, b, c) = tokio::try_join!(echo(a), echo(b), echo(c))?;
    println!("{a}, {b} and {c} bytes");
    let another = time::timeout(Duration::from_millis(50), listener.accept()).await;
    println!("another connection: {}", another.is_ok());

    let addresses: Vec<_> = lookup_host(("localhost", 80)).await?.filter(|address| address.is_ipv4()).collect();
    println!("localhost is {addresses:?}");
    let mut stream = TcpStream::connect(("localhost", web)).await?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
    let mut page = Vec::new();
    stream.read_to_end(&mut page).await?;
    println!("{}", str::from_utf8(&page).unwrap());
    println!("connecting to nobody: {:?}", visit("127.0.0.1:1").await.map_err(|error| error.kind()));
    Ok(())
}
