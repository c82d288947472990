//! Known imports without a provider: their origin, and a remedy.

use super::{ExternKind, Import};
use crate::names::escaped;
use crate::program::looks_like_wit;

/// Returns the remedy for an import without a provider. `unserved` are all such imports; those with the same remedy get
/// the same text.
pub fn of(import: &Import, unserved: &[&Import]) -> String {
    match &*import.module {
        "env" => of_env(import, &unserved.iter().copied().filter(|other| other.module == "env").collect::<Vec<_>>()),
        "GOT.mem" | "GOT.func" => SHARED_LIBRARY.into(),
        "a" if unserved.iter().filter(|other| other.module == "a").all(|other| other.name.len() <= 2) => {
            "it looks like what Emscripten makes for JavaScript, with short names: build it with `-sPURE_WASI`".into()
        }
        "napi" => NODE.into(),
        "wasi" if import.name == "thread-spawn" => THREADS.into(),
        "__main_module__" => "it is an adapter itself: give it with `--adapt NAME=FILE` and link the program".into(),
        "go" | "gojs" => "it was built for JavaScript: build it with `GOOS=wasip1 GOARCH=wasm`".into(),
        "canonical_abi" => OLD_WIT.into(),
        module if module.ends_with("-abi-host") => OLD_WIT.into(),
        module if is_wasm_bindgen(module) => {
            "it was built for JavaScript by wasm-bindgen: build it for `wasm32-wasip1`".into()
        }
        module if module.ends_with(".js") || module.ends_with(".mjs") => {
            "it imports from a JavaScript file, and needs JavaScript to run in: build it without these imports".into()
        }
        module if module.starts_with("wasix_") => {
            "it was built for WASIX: build it for preview1 (`wasm32-wasip1`)".into()
        }
        module if module.starts_with("wasi_ephemeral_") || module.starts_with("wasi_experimental_") => format!(
            "this is a proposal outside preview1 that hosts offer as an extension: build it without, {}",
            adapter(module)
        ),
        module if module.starts_with("extism:") => EXTISM.into(),
        module if module.starts_with("javy") => {
            "it needs a Javy plugin beside it, which has its JavaScript engine: build it with `javy build` and without \
             `-C dynamic`, and the engine is in it"
                .into()
        }
        module if looks_like_wit(module) => {
            "this looks like a WIT interface, but the module does not carry WIT that has it: give the WIT with \
             `--wit PATH`"
                .into()
        }
        module => format!(
            "these are functions of a host that it was written for: build it without these imports, {}",
            adapter(module)
        ),
    }
}

/// Linkers use this module name by default, so it can contain any functions.
fn of_env(import: &Import, env: &[&Import]) -> String {
    let has = |name: &str| env.iter().any(|other| other.name == name);
    let any = |prefixes: &[&str]| env.iter().any(|other| prefixes.iter().any(|it| other.name.starts_with(it)));
    let name = &*import.name;
    if has("__memory_base") || has("__table_base") {
        return SHARED_LIBRARY.into();
    }
    if env.iter().all(|other| other.name == GROWTH) {
        return format!(
            "it tells JavaScript that memory has grown: build it with `-sPURE_WASI`, or give an adapter whose function \
             does nothing, as `(module (func (export \"{GROWTH}\") (param i32)))`, with `--adapt env=FILE`"
        );
    }
    match import.kind {
        ExternKind::Memory => return "let it define and export its memory: link it without `--import-memory`".into(),
        ExternKind::Table => return "let it define its table: link it without `--import-table`".into(),
        _ => {}
    }
    if any(&EMSCRIPTEN) {
        return format!("it was built for JavaScript by Emscripten: build it with `-sPURE_WASI`, {}", adapter("env"));
    }
    if any(&["napi_", "node_api_"]) {
        return NODE.into();
    }
    if any(&["proxy_"]) {
        return "it is a plug-in for proxy-wasm, and needs such a proxy (as Envoy) to run in".into();
    }
    if any(&["__set_transform_", "__get_transform_"]) {
        return "it is a plug-in for SWC, and needs SWC to run in".into();
    }
    if any(&["extism_"]) {
        return EXTISM.into();
    }
    if env.iter().any(|other| other.name == "abort" && other.signature == "(i32, i32, i32, i32) -> ()") {
        return format!(
            "it was built by AssemblyScript for JavaScript: build it with \
             `--config ./node_modules/@assemblyscript/wasi-shim/asconfig.json`, {}",
            adapter("env")
        );
    }
    if SOCKETS.contains(&name) {
        return "link `libwasi_sockets.a` into it, which has these: `wasi-adapt sdk DIR` writes it into DIR/lib, and its \
                headers into DIR/include"
            .into();
    }
    if PROCESSES.contains(&name) {
        return "WASI has no processes, so no library has these: build it without".into();
    }
    if THREAD_CALLS.contains(&name) {
        return THREADS.into();
    }
    if let Some((library, _)) = EMULATED.iter().find(|(_, names)| names.contains(&name)) {
        let macro_name = library.to_uppercase().replace('-', "_");
        return format!(
            "wasi-libc has these in a library of their own: compile with `-D_WASI_EMULATED_{macro_name}` and link with \
             `-lwasi-emulated-{library}`"
        );
    }
    format!(
        "if its linker was allowed to leave these undefined, link the object files or libraries that define them \
         (without `--allow-undefined`); if they are functions of a host that it was written for, build it without, {}",
        adapter("env")
    )
}

fn adapter(module: &str) -> String {
    format!("or give an adapter that exports them with `--adapt {}=FILE`", escaped(module))
}

/// Matches its own names, or a JavaScript file that it generates.
fn is_wasm_bindgen(module: &str) -> bool {
    module == "wbg" || module.starts_with("__wbindgen_") || module.ends_with("_bg.js") || module.contains("/snippets/")
}

const SHARED_LIBRARY: &str =
    "it is a shared library: link it into a program first (for instance with `wasm-tools component link`)";
const OLD_WIT: &str = "its bindings were generated by a wit-bindgen from before the component model: generate them anew with a current one";
const NODE: &str = "it is an add-on for Node.js (Node-API, napi-rs), and needs Node.js to run in";
const EXTISM: &str = "it is a plug-in for Extism, and needs its host to run in: build it without Extism's PDK";
const THREADS: &str = "it starts threads, which components cannot do: build it without them (no `-pthread`)";

const GROWTH: &str = "emscripten_notify_memory_growth";

/// Prefixes of the functions that Emscripten implements in JavaScript.
const EMSCRIPTEN: [&str; 6] = ["emscripten_", "_emscripten_", "__syscall_", "__sys_", "invoke_", "__asyncjs__"];

/// Functions that wasi-libc lacks, and that the SDK's library of sockets defines.
const SOCKETS: [&str; 29] = [
    "accept",
    "accept4",
    "bind",
    "connect",
    "dup",
    "dup2",
    "dup3",
    "freeaddrinfo",
    "gai_strerror",
    "getaddrinfo",
    "gethostbyname",
    "getnameinfo",
    "getpeername",
    "getsockname",
    "getsockopt",
    "listen",
    "pipe",
    "pipe2",
    "recv",
    "recvfrom",
    "recvmsg",
    "select",
    "send",
    "sendmsg",
    "sendto",
    "setsockopt",
    "shutdown",
    "socket",
    "socketpair",
];

const PROCESSES: [&str; 21] = [
    "execl",
    "execle",
    "execlp",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "fork",
    "kill",
    "killpg",
    "pclose",
    "popen",
    "posix_spawn",
    "posix_spawnp",
    "setsid",
    "system",
    "vfork",
    "wait",
    "wait3",
    "wait4",
    "waitpid",
];

const THREAD_CALLS: [&str; 4] = ["pthread_create", "pthread_join", "thrd_create", "thrd_join"];

/// wasi-libc's libraries `libwasi-emulated-*.a`, with some of their functions.
const EMULATED: [(&str, &[&str]); 4] = [
    ("getpid", &["getpid"]),
    ("mman", &["mmap", "munmap"]),
    ("process-clocks", &["clock", "getrusage", "times"]),
    ("signal", &["bsd_signal", "psignal", "raise", "signal", "strsignal"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdk;

    #[test]
    fn the_library_of_sockets_has_what_it_is_a_remedy_for() {
        let library = sdk::sockets_library().unwrap();
        for name in SOCKETS {
            let symbol = [b"\0", name.as_bytes(), b"\0"].concat();
            assert!(library.windows(symbol.len()).any(|bytes| bytes == symbol), "{name}");
        }
    }
}
