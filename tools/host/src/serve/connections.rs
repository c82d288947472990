//! Connections, and their orderly end.

use super::{Log, Shared, answer};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal;

/// The most time for the head of a request, and between requests.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// The most bytes of the head of a request.
const HEAD: usize = 64 << 10;
/// The most requests at a time on one connection of HTTP/2.
const STREAMS: u32 = 100;
/// Wait after an error of the system, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until a signal, and then until all requests are answered or another signal comes.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>, log: Arc<Log>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let open = GracefulShutdown::new();
    let mut ending = pin!(ending());
    let head_time = HEAD_TIME.min(shared.limits.time);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            signal = &mut ending => {
                signal?;
                break;
            }
        };
        let Ok((stream, client)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true); // It is only slower without.
        let (shared, log) = (Arc::clone(&shared), Arc::clone(&log));
        let service = service_fn(move |request| {
            let (shared, log) = (Arc::clone(&shared), Arc::clone(&log));
            async move { Ok::<_, Infallible>(answer::answer(shared, log, client, request).await) }
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(head_time).max_buf_size(HEAD);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(head_time)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEAD as u32);
        let connection = open.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        // A client that goes away or speaks something else is no fault of the server's.
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    tokio::select! {
        () = open.shutdown() => Ok(()),
        signal = self::ending() => signal,
    }
}

/// Waits until the process is told to end.
#[cfg(unix)]
async fn ending() -> io::Result<()> {
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn ending() -> io::Result<()> {
    signal::ctrl_c().await
}
