//! A server in this process. Each request gets an instance of a preview1 module, and its output is collected, as in Spin.

use anyhow::{Context, Result};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module, PoolingAllocationConfig, Store,
};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

/// A server whose threads end with this process.
pub struct Serving(u16);

impl Serving {
    pub fn port(&self) -> u16 {
        self.0
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
    let program = Arc::new(program);
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(std::io::Result::ok) {
            let program = Arc::clone(&program);
            // A connection ends by an error, too: the client goes away.
            thread::spawn(move || drop(program.serve(stream)));
        }
    });
    Ok(Serving(port))
}

fn linked(config: &Config, module: &[u8]) -> wasmtime::Result<InstancePre<WasiP1Ctx>> {
    let engine = Engine::new(config)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p1::add_to_linker_sync(&mut linker, |context| context)?;
    linker.instantiate_pre(&Module::new(&engine, module)?)
}

impl Program {
    /// Answers requests on a connection, one after the other.
    fn serve(&self, mut stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::with_capacity(1 << 16, stream.try_clone()?);
        loop {
            let mut first = String::new();
            reader.read_line(&mut first)?;
            let method = first.split(' ').next().filter(|_| !first.is_empty()).context("the client has gone")?;
            let mut length = 0;
            loop {
                let mut header = String::new();
                reader.read_line(&mut header)?;
                let Some((name, value)) = header.split_once(':') else { break };
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse()?;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            let output = self.run(method, body)?;
            let end =
                output.windows(4).position(|four| four == b"\r\n\r\n").context("the program's header has no end")?;
            let (head, body) = output.split_at(end + 2);
            let mut answer = b"HTTP/1.1 200 OK\r\n".to_vec();
            answer.extend_from_slice(head);
            answer.extend_from_slice(format!("Content-Length: {}", body.len() - 2).as_bytes());
            answer.extend_from_slice(b"\r\n\r\n");
            answer.extend_from_slice(&body[2..]);
            stream.write_all(&answer)?;
        }
    }

    /// Runs the program, and returns its output.
    fn run(&self, method: &str, body: Vec<u8>) -> Result<Vec<u8>> {
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
        let ended = self
            .module
            .instantiate(&mut store)
            .and_then(|instance| instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ()));
        // An exit is an error, too, and the output tells whether it is one.
        drop((ended, store));
        Ok(output.contents().to_vec())
    }
}
