//! The way of a request: limits, an instance, a response.

use super::body::{Received, RequestBody, Sent};
use super::{Access, Event, Log, Shared, chain, head};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, StatusCode, Version};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::timeout_at;
use wasmtime::Trap;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi_http::WasiHttpView as _;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// The numbers of requests of clients.
#[derive(Default)]
pub struct Clients(Mutex<HashMap<IpAddr, usize>>);

/// A request among those that are answered at a time.
struct Admitted {
    _permit: OwnedSemaphorePermit,
    clients: Arc<Clients>,
    client: IpAddr,
}

impl Admitted {
    /// Takes a request in, or says why not.
    fn new(shared: &Shared, client: IpAddr) -> Result<Admitted, StatusCode> {
        let permit = Arc::clone(&shared.requests).try_acquire_owned();
        let permit = permit.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let mut counts = shared.clients.counts();
        let count = counts.entry(client).or_default();
        if *count >= shared.limits.requests_of_client {
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        *count += 1;
        drop(counts);
        Ok(Admitted { _permit: permit, clients: Arc::clone(&shared.clients), client })
    }
}

impl Clients {
    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut counts = self.clients.counts();
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

/// Answers a request.
pub async fn answer(
    shared: Arc<Shared>,
    log: Arc<Log>,
    client: SocketAddr,
    request: Request<Incoming>,
) -> Response<Sent> {
    let (begin, started) = (SystemTime::now(), Instant::now());
    let target = request.uri().path_and_query().map_or("*", |target| target.as_str()).to_string();
    let (method, version) = (request.method().to_string(), format!("{:?}", request.version()));
    let client = client.ip().to_canonical();
    let (response, failed) = match respond(&shared, &log, client, request).await {
        Ok(answered) => answered,
        Err(status) => (refusal(status), Arc::default()),
    };
    let status = response.status().as_u16();
    let told = move |bytes| {
        log(Event::Access(Access { client, method, target, version, status, bytes, begin, time: started.elapsed() }));
    };
    response.map(|body| Sent::new(body, failed, told))
}

/// Has an instance answer. The second part becomes true if it fails.
async fn respond(
    shared: &Arc<Shared>,
    log: &Arc<Log>,
    client: IpAddr,
    mut request: Request<Incoming>,
) -> Result<(Response<HyperOutgoingBody>, Arc<AtomicBool>), StatusCode> {
    if let Some(status) = head::refused(&request) {
        return Err(status);
    }
    let admitted = Admitted::new(shared, client)?;
    if request.version() < Version::HTTP_11 && !request.headers().contains_key(HOST) {
        // HTTP/1.0 has no hosts.
        let host = HeaderValue::try_from(shared.address.to_string()).map_err(|_| StatusCode::BAD_REQUEST)?;
        request.headers_mut().insert(HOST, host);
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > shared.limits.body) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let received = Arc::new(Received::default());
    let request = request.map(|body| RequestBody::new(body, shared.limits.body, Arc::clone(&received)));

    let fail = |error: &wasmtime::Error| {
        log(Event::Failure(chain(error)));
        StatusCode::INTERNAL_SERVER_ERROR
    };
    let mut store = shared.engines.store().map_err(|error| {
        log(Event::Failure(vec![error.to_string()]));
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let (sender, receiver) = oneshot::channel::<Result<_, ErrorCode>>();
    let http = &mut store.data_mut().http();
    let request = http.new_incoming_request(Scheme::Http, request).map_err(|_| StatusCode::BAD_REQUEST)?;
    let out = http.new_response_outparam(sender).map_err(|error| fail(&error))?;
    let failed = Arc::new(AtomicBool::new(false));
    let deadline = tokio::time::Instant::now() + shared.limits.time;

    let (program, told, flag, body) = (shared.program(), Arc::clone(log), Arc::clone(&failed), Arc::clone(&received));
    let task = tokio::spawn(async move {
        let _admitted = admitted;
        let called = timeout_at(deadline, async {
            let proxy = program.pre.instantiate_async(&mut store).await?;
            proxy.wasi_http_incoming_handler().call_handle(&mut store, request, out).await
        });
        let called = called.await;
        let is_late = called.is_err();
        let failure = match called {
            Ok(Ok(())) => None,
            Ok(Err(error)) if error.is::<I32Exit>() => None,
            Ok(Err(error)) => {
                // A program without an exit ends by this trap, behind the end of its response.
                let may_be_exit = error.downcast_ref::<Trap>() == Some(&Trap::UnreachableCodeReached);
                (!may_be_exit).then(|| chain(&error))
            }
            Err(_) => Some(vec!["the program takes too long".into()]),
        };
        if let Some(failure) = failure {
            flag.store(true, Ordering::Release);
            // It is not the program that is late if the client has not sent all.
            if !is_late || body.is_complete() {
                told(Event::Failure(failure));
            }
        }
        // The end of the store ends the response, so the flag is set before.
        drop(store);
    });

    let answered = tokio::select! {
        biased;
        () = received.too_large.notified() => {
            task.abort();
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        answered = timeout_at(deadline, receiver) => answered,
    };
    match answered {
        Ok(Ok(Ok(response))) => Ok((response, failed)),
        Ok(Ok(Err(code))) => {
            log(Event::Failure(vec![format!("the program answers with an error: {code:?}")]));
            Err(StatusCode::BAD_GATEWAY)
        }
        Ok(Err(_)) if tokio::time::Instant::now() < deadline => {
            if !failed.load(Ordering::Acquire) {
                log(Event::Failure(vec!["the program ended without a response".into()]));
            }
            Err(StatusCode::INTERNAL_SERVER_ERROR)
        }
        _ if received.is_complete() => Err(StatusCode::SERVICE_UNAVAILABLE),
        _ => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// A response that no program has made.
fn refusal(status: StatusCode) -> Response<HyperOutgoingBody> {
    let text = format!("{status}\n");
    let mut response = Response::new(Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if matches!(status, StatusCode::BAD_REQUEST | StatusCode::NOT_IMPLEMENTED) {
        // Nothing behind it is taken for a request.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
