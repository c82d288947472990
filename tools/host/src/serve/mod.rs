//! A server for components that handle HTTP requests: compiled once, an instance for each request.
//!
//! | file | part |
//! |---|---|
//! | `program.rs` | the compiled component, and what an instance gets |
//! | `connections.rs` | connections, and their orderly end |
//! | `head.rs` | heads of requests that no program gets to see |
//! | `answer.rs` | the way of a request: limits, an instance, a response |
//! | `body.rs` | bodies, watched for their limits and their ends |

mod answer;
mod body;
mod connections;
mod head;
mod program;

use crate::error::{Doing, source_of};
use crate::{Error, Invocation, Result};
use answer::Clients;
use program::{Engines, Program};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;

/// Limits of a server. A request beyond one is answered by the status that is named here.
///
/// ```
/// let limits = wasi_adapt_host::Limits { requests: 8, ..Default::default() };
/// assert!(limits.requests_of_client >= limits.requests);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most requests at a time: 503.
    pub requests: usize,
    /// The most requests at a time from one address: 429.
    pub requests_of_client: usize,
    /// The most time for a request: 408 if its body has not come by then, else 503.
    pub time: Duration,
    /// The most bytes of a request's body: 413.
    pub body: u64,
    /// The most bytes of memory of an instance. A program that wants more gets none.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { requests: 128, requests_of_client: 128, time: Duration::from_secs(60), body: 1 << 30, memory: 1 << 30 }
    }
}

/// A request that was answered.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are what their names say")]
pub struct Access {
    pub client: IpAddr,
    pub method: String,
    /// The path and the query.
    pub target: String,
    pub version: String,
    pub status: u16,
    /// The bytes of the response's body that were sent.
    pub bytes: u64,
    pub begin: SystemTime,
    pub time: Duration,
}

/// Something that a server tells.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A request was answered.
    Access(Access),
    /// An instance failed, for these reasons.
    Failure(Vec<String>),
}

type Log = dyn Fn(Event) + Send + Sync;

/// A server that is bound to an address.
///
/// ```no_run
/// use wasi_adapt_host::{Event, Invocation, Limits, Server};
///
/// let component = std::fs::read("hello.component.wasm")?;
/// let server = Server::bind("127.0.0.1:8080".parse()?, &component, Invocation::default(), Limits::default())?;
/// println!("http://{}/", server.address());
/// server.run(|event| eprintln!("{event:?}"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// Replaces the component of a server that runs.
#[derive(Clone)]
pub struct Replace(Arc<Shared>);

struct Shared {
    engines: Engines,
    program: RwLock<Arc<Program>>,
    limits: Limits,
    requests: Arc<Semaphore>,
    clients: Arc<Clients>,
    address: SocketAddr,
}

impl Server {
    /// Compiles a component and binds to an address. Of the invocation, arguments, variables, directories and network
    /// count.
    ///
    /// # Errors
    ///
    /// The component does not handle requests, or needs what this host has not; the address is not to be had.
    pub fn bind(address: SocketAddr, component: &[u8], invocation: Invocation, limits: Limits) -> Result<Server> {
        let engines = Engines::new(limits, invocation)?;
        let program = engines.compile(component)?;
        let listener = TcpListener::bind(address).map_err(|source| Error::Listen { address, source })?;
        let address = listener.local_addr().doing("reading the address of the server")?;
        let shared = Shared {
            engines,
            program: RwLock::new(Arc::new(program)),
            limits,
            requests: Arc::new(Semaphore::new(limits.requests)),
            clients: Arc::default(),
            address,
        };
        Ok(Server { listener, address, shared: Arc::new(shared) })
    }

    /// The address, with the port that it has if none was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the means to replace the component while the server runs.
    pub fn replace(&self) -> Replace {
        Replace(Arc::clone(&self.shared))
    }

    /// Serves until the process is told to end, by an interrupt or by SIGTERM. Then no more connections are taken, and requests
    /// that have begun are answered; a second such signal ends these, too.
    ///
    /// # Errors
    ///
    /// The operating system does not give what a server needs.
    pub fn run(self, log: impl Fn(Event) + Send + Sync + 'static) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.doing("starting the server")?;
        let ended = runtime.block_on(connections::serve(self.listener, self.shared, Arc::new(log)));
        runtime.shutdown_background(); // Programs that compute would be waited for.
        ended.doing("listening for connections")
    }
}

impl Replace {
    /// Compiles another component, which answers all requests that begin from now on.
    ///
    /// # Errors
    ///
    /// As of [`Server::bind`]; the component is still the one before.
    pub fn with(&self, component: &[u8]) -> Result<()> {
        let program = Arc::new(self.0.engines.compile(component)?);
        *self.0.program.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = program;
        Ok(())
    }
}

impl Shared {
    fn program(&self) -> Arc<Program> {
        Arc::clone(&self.program.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

fn chain(error: &wasmtime::Error) -> Vec<String> {
    error.chain().map(ToString::to_string).collect()
}

fn not_compiled(error: wasmtime::Error) -> Error {
    Error::Compile { side: crate::Side::Component, source: source_of(error) }
}
