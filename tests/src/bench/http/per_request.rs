//! A server in this process. Each request gets an instance of a preview1 module, and its output is collected, as in Spin: with
//! the same libraries for HTTP and tasks, asynchronous calls, and a pool like Spin's.

use anyhow::{Context, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::{self, Runtime};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module, PoolingAllocationConfig, Store,
};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

/// A server that ends when it is dropped.
pub struct Serving {
    port: u16,
    _runtime: Runtime,
}

impl Serving {
    pub fn port(&self) -> u16 {
        self.port
    }
}

struct Program {
    module: InstancePre<WasiP1Ctx>,
    env: Vec<(String, String)>,
    /// The directory that the program sees as `/site`.
    directory: Option<PathBuf>,
}

/// Serves a module, with more environment variables and a directory.
pub fn serve(module: &[u8], env: &[(&str, &str)], directory: Option<&Path>) -> Result<Serving> {
    let mut pool = PoolingAllocationConfig::default();
    pool.max_core_instance_size(16 << 20).table_elements(1 << 20);
    // As Spin has them.
    pool.linear_memory_keep_resident(2 << 20).table_keep_resident(512 << 10);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let program = Program {
        module: linked(&config, module).map_err(|error| anyhow::Error::from_boxed(error.into_boxed_dyn_error()))?,
        env: env.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        directory: directory.map(Path::to_path_buf),
    };
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    runtime.spawn(accept(listener, Arc::new(program)));
    Ok(Serving { port, _runtime: runtime })
}

fn linked(config: &Config, module: &[u8]) -> wasmtime::Result<InstancePre<WasiP1Ctx>> {
    let engine = Engine::new(config)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, |context| context)?;
    linker.instantiate_pre(&Module::new(&engine, module)?)
}

/// Serves connections, until accepting one fails.
async fn accept(listener: TcpListener, program: Arc<Program>) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let program = Arc::clone(&program);
        let service = service_fn(move |request| {
            let program = Arc::clone(&program);
            async move { program.answer(request).await }
        });
        tokio::spawn(async move {
            let connection = auto::Builder::new(TokioExecutor::new());
            // A connection ends by an error, too: the client goes away.
            drop(connection.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

impl Program {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let output = self.run(head.method.as_str(), body.collect().await?.to_bytes()).await?;
        let end = output.windows(4).position(|four| four == b"\r\n\r\n").context("the program's header has no end")?;
        let mut response = Response::builder();
        for line in output[..end].split(|byte| *byte == b'\n') {
            let colon = line.iter().position(|byte| *byte == b':').context("a line is no header")?;
            response = response.header(&line[..colon], line[colon + 1..].trim_ascii());
        }
        Ok(response.body(Full::new(output.slice(end + 4..)))?)
    }

    /// Runs the program, and returns its output.
    async fn run(&self, method: &str, body: Bytes) -> Result<Bytes> {
        let output = MemoryOutputPipe::new(usize::MAX);
        let mut wasi = WasiCtxBuilder::new();
        wasi.allow_blocking_current_thread(true).envs(&self.env);
        wasi.env("REQUEST_METHOD", method).env("SERVER_PROTOCOL", "HTTP/1.1").env("GATEWAY_INTERFACE", "CGI/1.1");
        wasi.env("CONTENT_LENGTH", body.len().to_string()).env("QUERY_STRING", "").env("SERVER_NAME", "127.0.0.1");
        wasi.stdin(MemoryInputPipe::new(body)).stdout(output.clone());
        if let Some(directory) = &self.directory {
            wasi.preopened_dir(directory, "/site", FsPerms::ReadWrite).map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        let mut store = Store::new(self.module.module().engine(), wasi.build_p1());
        let ended = async {
            let instance = self.module.instantiate_async(&mut store).await?;
            instance.get_typed_func::<(), ()>(&mut store, "_start")?.call_async(&mut store, ()).await
        };
        let ended = ended.await;
        // An exit is an error, too, and the output tells whether it is one.
        drop((ended, store));
        Ok(output.contents())
    }
}
