//! wasmCloud on two hosts: they get a component from a registry, answer as wasmtime does, and go on when one of them is gone or gets
//! a new version.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::peers::Process;
use support::web::{Answer, Server, requests};
use support::{end_of, installed, output_of, root};
use tempfile::TempDir;
use wasi_adapt::{Cgi, Linker, World};
use wasi_adapt_tests::guests;
use wasi_adapt_tests::port;

const HOST: &str = "example.test";

/// A NATS server, a registry, and hosts.
struct Cluster {
    work: TempDir,
    nats: u16,
    registry: u16,
    _servers: [Process; 2],
}

struct Host {
    id: String,
    server: Server,
}

fn wash(home: &Path) -> Command {
    let mut wash = Command::new(installed("wasmcloud/wash_cli/wash"));
    wash.env("HOME", home).arg("--non-interactive");
    wash
}

/// The program that people start workloads by, too.
fn workload(nats: u16) -> Command {
    let mut command = Command::new("python3");
    command.arg("-B").arg(root().join("tools/dist/deploy/workload.py")).args(["--nats", &format!("127.0.0.1:{nats}")]);
    command
}

/// Starts a command that says a text when it listens.
fn started(command: Command, text: &str) -> Process {
    let what = format!("{command:?}");
    let process = Process::start(command);
    assert!(process.says(text), "{what} starts");
    process
}

impl Cluster {
    fn new() -> Cluster {
        let work = tempfile::tempdir().expect("a temporary directory");
        let [nats, registry] = [(); 2].map(|()| port::unused());
        let mut server = Command::new(installed("wasmcloud/bin/nats-server"));
        server.args(["-a", "127.0.0.1", "-p", &nats.to_string(), "-js", "-sd"]).arg(work.path().join("nats"));
        let configuration = work.path().join("registry.yml");
        let storage = format!("{{filesystem: {{rootdirectory: {}}}}}", work.path().join("images").display());
        let text = format!("version: 0.1\nstorage: {storage}\nhttp: {{addr: \"127.0.0.1:{registry}\"}}\n");
        fs::write(&configuration, text).expect("a file");
        let mut images = Command::new(installed("wasmcloud/registry/usr/bin/docker-registry"));
        images.arg("serve").arg(configuration);
        let servers = [started(server, "Server is ready"), started(images, "listening on")];
        Cluster { work, nats, registry, _servers: servers }
    }

    fn home(&self, name: &str) -> PathBuf {
        let home = self.work.path().join(name);
        fs::create_dir_all(&home).expect("a directory");
        home
    }

    /// Starts a host.
    fn host(&self, name: &str) -> Host {
        let home = self.home(name);
        let nats = format!("nats://127.0.0.1:{}", self.nats);
        let port = port::unused();
        let mut command = wash(&home);
        command.args(["host", "--http-addr", &format!("127.0.0.1:{port}"), "--allow-insecure-registries"]);
        command.args(["--host-group", "tests", "--host-name", name, "--scheduler-nats-url", &nats]);
        command.args(["--data-nats-url", &nats, "--oci-cache-dir"]).arg(home.join("images")).env("NO_COLOR", "1");
        let process = Process::start(command);
        let id = loop {
            let line = String::from_utf8_lossy(&process.line().expect("the host starts")).into_owned();
            if let Some((_, rest)) = line.split_once("host_id=") {
                break rest.split_whitespace().next().expect("an id").trim_matches('"').to_string();
            }
        };
        Host { id, server: Server::of(port, process) }
    }

    /// Pushes a component, and returns the name of its image.
    fn push(&self, component: &[u8], tag: &str) -> String {
        let file = self.work.path().join("component.wasm");
        fs::write(&file, component).expect("a file");
        let image = format!("127.0.0.1:{}/hello:{tag}", self.registry);
        output_of(wash(&self.home("push")).args(["oci", "push", "--insecure", &image]).arg(&file));
        image
    }

    /// Starts a workload on a host, by the file for people with another image and name.
    fn start(&self, host: &Host, image: &str, id: &str) {
        let text = fs::read_to_string(root().join("tools/dist/deploy/workload.json")).expect("a file");
        let mut description: Value = serde_json::from_str(&text).expect("JSON");
        description["workloadId"] = json!(id);
        let world = &mut description["workload"]["witWorld"];
        world["components"][0]["image"] = json!(image);
        world["hostInterfaces"][0]["config"]["host"] = json!(HOST);
        self.start_described(host, &description);
    }

    fn start_described(&self, host: &Host, description: &Value) {
        let file = self.work.path().join("workload.json");
        fs::write(&file, description.to_string()).expect("a file");
        output_of(workload(self.nats).args(["start", &host.id]).arg(&file));
    }

    fn stop(&self, host: &Host, id: &str) {
        output_of(workload(self.nats).args(["stop", &host.id, id]));
    }

    /// The annotations of an image.
    fn annotations(&self, tag: &str) -> Value {
        let url = format!("http://127.0.0.1:{}/v2/hello/manifests/{tag}", self.registry);
        let accept = "Accept: application/vnd.oci.image.manifest.v1+json";
        let manifest: Value =
            serde_json::from_str(&output_of(Command::new("curl").args(["-s", "-H", accept, &url]))).expect("JSON");
        manifest["annotations"].clone()
    }
}

/// A component of the guest with cases.
fn component() -> Vec<u8> {
    let cgi = Cgi::new().script_name("/cases.cgi");
    Linker::new().world(World::Http).cgi(cgi).link(&guests::http::CASES.module()).expect("it is linked").wasm
}

/// The name of a component, and its annotations for distribution.
const ABOUT: [(&str, &str); 8] = [
    ("name", "greeter"),
    ("version", "1.2.3"),
    ("licenses", "MIT OR Apache-2.0"),
    ("description", "says hello"),
    ("authors", "A. and B."),
    ("homepage", "https://example.test/"),
    ("source", "https://example.test/source"),
    ("revision", "abc"),
];

/// A component that answers with a text, and says what it is.
fn greeter(text: &str) -> Vec<u8> {
    let answer = format!("Status: 200\\n\\n{text}");
    let annotations =
        ABOUT[1..].iter().map(|(name, value)| format!("(@custom {name:?} {value:?})")).collect::<String>();
    let module = format!(
        r#"(module $greeter
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "{answer}") (data (i32.const 0) "\10\00\00\00\{:02x}\00\00\00")
            (func (export "_start")
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
            {annotations})"#,
        answer.len() - 2, // Each line feed takes two characters here.
    );
    Linker::new().world(World::Http).link(module.as_bytes()).expect("it is linked").wasm
}

/// Asks a server again and again while something happens, and returns the distinct bodies of its answers.
fn asked_meanwhile(server: &Server, happens: impl FnOnce()) -> Vec<String> {
    let (is_over, port) = (AtomicBool::new(false), server.port);
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let (mut bodies, mut count) = (Vec::<String>::new(), 0);
            while !is_over.load(Ordering::Relaxed) {
                let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
                let request = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
                stream.write_all(request.as_bytes()).expect("it is sent");
                let answer = Answer::read(stream);
                assert_eq!(answer.status, 200, "{}", answer.to_text());
                bodies.push(String::from_utf8_lossy(&answer.body).into_owned());
                bodies.dedup();
                count += 1;
            }
            assert!(count > 10, "only {count} requests were sent");
            bodies.sort();
            bodies.dedup();
            bodies
        });
        happens();
        is_over.store(true, Ordering::Relaxed);
        asking.join().expect("each request is answered")
    })
}

#[test]
fn each_host_answers_as_wasmtime_does() {
    let cluster = Cluster::new();
    let component = component();
    let file = cluster.work.path().join("cases.wasm");
    fs::write(&file, &component).expect("a file");
    let wasmtime = Server::wasmtime(&file, &[]);
    let image = cluster.push(&component, "1");
    for name in ["one", "two"] {
        let host = cluster.host(name);
        cluster.start(&host, &image, name);
        for (name, request) in requests("cases") {
            assert_eq!(host.server.answer(&request), wasmtime.answer(&request), "{name}");
        }
        assert_eq!(host.server.answer(b"GET / HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n").status, 404);
    }
}

#[test]
fn requests_are_answered_when_a_host_is_gone_and_when_a_version_is_replaced() {
    let cluster = Cluster::new();
    let (first, second) = (cluster.push(&greeter("first"), "1"), cluster.push(&greeter("second"), "2"));
    let [one, two] = ["one", "two"].map(|name| cluster.host(name));
    cluster.start(&one, &first, "on-one");
    cluster.start(&two, &first, "on-two");
    assert_eq!(one.server.get("/").body, b"first");
    let bodies = asked_meanwhile(&two.server, || {
        drop(one); // It is killed.
        thread::sleep(Duration::from_millis(500));
    });
    assert_eq!(bodies, ["first"]);
    // Both versions answer for a while.
    let bodies = asked_meanwhile(&two.server, || {
        cluster.start(&two, &second, "replacement");
        cluster.stop(&two, "on-two");
        thread::sleep(Duration::from_millis(500));
    });
    assert_eq!(bodies, ["first", "second"]);
    assert_eq!(two.server.get("/").body, b"second");
}

/// A manifest of the kind `WorkloadDeployment`, with the fields that the operator's definition of it has and ours uses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Manifest {
    api_version: String,
    kind: String,
    metadata: BTreeMap<String, String>,
    spec: Deployment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deployment {
    replicas: u32,
    template: Template,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    spec: Workload,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Workload {
    host_selector: BTreeMap<String, String>,
    host_interfaces: Vec<HostInterface>,
    components: Vec<Component>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct HostInterface {
    namespace: String,
    package: String,
    interfaces: Vec<String>,
    config: BTreeMap<String, String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Component {
    name: String,
    image: String,
}

/// The operator is not here, but a host takes what it would make of the manifest.
#[test]
fn the_manifest_for_kubernetes_describes_a_workload() {
    const TO_JSON: &str = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";
    let text = fs::read_to_string(root().join("tools/dist/deploy/deployment.yaml")).expect("a file");
    let mut python = Command::new("python3");
    python.args(["-B", "-c", TO_JSON]).env("PYTHONPATH", installed("wasmcloud"));
    let json = end_of(&mut python, &text).stdout;
    let Manifest { api_version, kind, metadata, spec } = serde_json::from_str(&json).expect("the fields are known");
    assert_eq!((&api_version[..], &kind[..]), ("runtime.wasmcloud.dev/v1alpha1", "WorkloadDeployment"));
    assert_eq!(metadata["name"], "hello");
    assert!(spec.replicas > 1);
    let Workload { host_selector, host_interfaces, mut components } = spec.template.spec;
    assert_eq!(host_selector["hostgroup"], "default");
    assert!(components[0].image.ends_with("/hello:1"), "{}", components[0].image);
    let asked_for = host_interfaces[0].config["host"].clone();

    let cluster = Cluster::new();
    components[0].image = cluster.push(&greeter("hello"), "1");
    let host = cluster.host("one");
    let world = json!({ "components": components, "hostInterfaces": host_interfaces });
    let workload = json!({ "namespace": "default", "name": metadata["name"], "witWorld": world });
    cluster.start_described(&host, &json!({ "workloadId": "deployed", "workload": workload }));
    let request = format!("GET / HTTP/1.1\r\nHost: {asked_for}\r\nConnection: close\r\n\r\n");
    assert_eq!(host.server.answer(request.as_bytes()).body, b"hello");
}

/// Its output is that of the host.
#[test]
fn a_program_runs_as_a_service() {
    let cluster = Cluster::new();
    let program = Linker::new().link(&guests::c::HELLO.module()).expect("it is linked").wasm;
    let service = json!({ "image": cluster.push(&program, "1"), "maxRestarts": "0", "localResources": {} });
    let workload = json!({ "namespace": "default", "name": "hello", "service": service });
    let host = cluster.host("one");
    cluster.start_described(&host, &json!({ "workloadId": "service", "workload": workload }));
    assert!(host.server.says("hello"));
}

#[test]
fn a_registry_shows_what_a_component_is() {
    let cluster = Cluster::new();
    cluster.push(&greeter("hello"), "1");
    let annotations = cluster.annotations("1");
    for (name, value) in ABOUT {
        let name = match name {
            "name" => "title",
            "homepage" => "url",
            other => other,
        };
        assert_eq!(annotations[format!("org.opencontainers.image.{name}")], value, "{annotations}");
    }
}

/// `wkg publish` makes annotations of these. It reads them by `wasm-metadata`, which is what this command prints.
#[test]
fn tools_that_publish_read_what_a_component_is() {
    let component = tempfile::NamedTempFile::new().expect("a file");
    fs::write(component.path(), greeter("hello")).expect("a file");
    let shown = output_of(support::wasm_tools().args(["metadata", "show", "--json"]).arg(component.path()));
    let shown: Value = serde_json::from_str(&shown).expect("it is JSON");
    for (name, value) in ABOUT {
        assert_eq!(shown["component"]["metadata"][name], value, "{shown}");
    }
}
