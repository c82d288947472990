//! Heads of requests that no program gets to see.

use hyper::header::{HOST, HeaderValue};
use hyper::http::uri::Authority;
use hyper::{Method, Request, StatusCode, Version};

/// Returns the status by which a request is refused, if it is.
pub fn refused<B>(request: &Request<B>) -> Option<StatusCode> {
    if request.method() == Method::CONNECT {
        return Some(StatusCode::NOT_IMPLEMENTED); // No program can be a tunnel.
    }
    let is_malformed = host_is_wrong(request) || request.version() == Version::HTTP_2 && has_padding(request);
    is_malformed.then_some(StatusCode::BAD_REQUEST)
}

/// Other servers could take another host for the one that is meant (RFC 9112, section 3.2; RFC 9113, section 8.3.1).
fn host_is_wrong<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (host, another) = (hosts.next(), hosts.next());
    let target = request.uri().authority();
    let is_missing = match request.version() {
        Version::HTTP_2 => host.is_none() && target.is_none(),
        version => host.is_none() && version >= Version::HTTP_11,
    };
    if is_missing || another.is_some() {
        return true;
    }
    let Ok(host) = host.map(|host| Authority::try_from(host.as_bytes())).transpose() else { return true };
    let differ = |host: &Authority| target.is_some_and(|target| host != target);
    let has_user = |authority: &Authority| authority.as_str().contains('@');
    host.as_ref().is_some_and(|host| has_user(host) || request.version() == Version::HTTP_2 && differ(host))
        || target.is_some_and(has_user)
}

/// No value begins or ends with white space (RFC 9113, section 8.2.1). In HTTP/1 that is no part of it.
fn has_padding<B>(request: &Request<B>) -> bool {
    let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let is_padded = |value: &HeaderValue| is_space(value.as_bytes().first()) || is_space(value.as_bytes().last());
    request.headers().values().any(is_padded)
}
