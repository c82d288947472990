//! The choices of the user. The linker replaces these calls by constants.

mod link {
    #[link(wasm_import_module = "wasi_adapt")]
    unsafe extern "C" {
        pub safe fn trace_lines() -> i32;
        pub safe fn trace_failed() -> i32;
        pub safe fn trace_summary() -> i32;
        pub safe fn trace_fd_close() -> i32;
        pub safe fn trace_fd_renumber() -> i32;
        pub safe fn trace_proc_exit() -> i32;
        pub safe fn trace_output() -> i32;
        pub safe fn trace_to_file() -> i32;
        pub safe fn trace_compared() -> i32;
    }
}

/// Returns whether a line is written for each call.
pub fn lines() -> bool {
    link::trace_lines() != 0
}

/// Returns whether lines are written only for calls that fail.
pub fn failed() -> bool {
    link::trace_failed() != 0
}

/// Returns whether a summary is written when the program ends.
pub fn summary() -> bool {
    link::trace_summary() != 0
}

/// Returns whether `fd_close` is traced; else the layer serves it only to know when its output is closed.
pub fn fd_close() -> bool {
    link::trace_fd_close() != 0
}

/// Returns whether `fd_renumber` is traced; else the layer serves it only to know when its output is another file.
pub fn fd_renumber() -> bool {
    link::trace_fd_renumber() != 0
}

/// Returns whether `proc_exit` is traced; else the layer serves it only to write the summary.
pub fn proc_exit() -> bool {
    link::trace_proc_exit() != 0
}

/// Returns the descriptor that everything is written to, unless that is a file.
pub fn output() -> i32 {
    link::trace_output()
}

/// Returns whether everything is written to a file.
pub fn to_file() -> bool {
    link::trace_to_file() != 0
}

/// Returns whether lines go to the host, which compares them with those of another run.
pub fn compared() -> bool {
    link::trace_compared() != 0
}
