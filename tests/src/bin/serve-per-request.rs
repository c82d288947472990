//! `serve-per-request MODULE`: each request gets an instance of a preview1 module, and its output is collected, as in Spin: with
//! the same libraries for HTTP and tasks, asynchronous calls, and a pool like Spin's. `wasi-adapt-bench` compares it with others.

use anyhow::{Context, Result};
use clap::Parser;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module, PoolingAllocationConfig, Store,
};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

struct Program {
    module: InstancePre<WasiP1Ctx>,
    env: Vec<(String, String)>,
    /// The directory that the program sees as `/site`.
    directory: Option<PathBuf>,
}

/// Serves a CGI program, a module of preview1
#[derive(Parser)]
struct Args {
    module: PathBuf,
    /// A directory that the program sees as `/site`
    #[arg(long)]
    dir: Option<PathBuf>,
    /// More environment variables
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let mut pool = PoolingAllocationConfig::default();
    pool.max_core_instance_size(16 << 20).table_elements(1 << 20);
    // As Spin has them.
    pool.linear_memory_keep_resident(2 << 20).table_keep_resident(512 << 10);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let module = linked(&config, &fs::read(args.module)?);
    let module = module.map_err(|error| anyhow::Error::from_boxed(error.into_boxed_dyn_error()))?;
    let env = args.env.iter().filter_map(|variable| variable.split_once('='));
    let env = env.map(|(name, value)| (name.into(), value.into())).collect();
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(Arc::new(Program { module, env, directory: args.dir })))
}

fn linked(config: &Config, module: &[u8]) -> wasmtime::Result<InstancePre<WasiP1Ctx>> {
    let engine = Engine::new(config)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, |context| context)?;
    linker.instantiate_pre(&Module::new(&engine, module)?)
}

/// Says the address, and serves connections until accepting one fails.
async fn serve(program: Arc<Program>) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}/", listener.local_addr()?);
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
