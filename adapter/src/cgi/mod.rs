//! A program that answers one request of HTTP by the rules of CGI (RFC 3875).
//!
//! | of the program | of HTTP |
//! |---|---|
//! | environment, arguments | the request, through templates (`request.rs`, `variables.rs`) |
//! | descriptor 0 | the request's body (`input.rs`) |
//! | descriptor 1 | headers, then the response's body (`response.rs`, `head.rs`) |
//! | `proc_exit`, or the return of `_start` | the end of the response |
//!
//! All text is in tables that the linker puts into the adapter's memory (`tables.rs`).
#![allow(unsafe_code)]

mod head;
mod input;
mod request;
mod response;
mod tables;
mod variables;

use crate::bindings::wasi::http::types::{IncomingRequest, ResponseOutparam};
use crate::memory::Memory;
use crate::state::State;
use input::Input;
use request::Request;
use response::Response;
use tables::{List, Message, Tables};

pub use tables::room;
pub use variables::{Counter, Sink};

/// The request that the program answers.
pub struct Cgi {
    tables: Tables,
    request: Request,
    pub input: Input,
    pub response: Response,
}

/// An answer without the program: a status of HTTP, and the reason.
pub struct Refusal(u16, Message);

/// Prepares the answer to a request. Returns false if it is answered already, because the program cannot answer it.
pub fn begin(state: &State, request: &IncomingRequest, out: ResponseOutparam) -> bool {
    let tables = Tables::find();
    let prepared = if state.cgi().is_ok() {
        // A program runs once.
        Err(Refusal(500, Message::SecondRequest))
    } else {
        prepare(&state.memory, tables, request)
    };
    match prepared {
        Ok(cgi) => {
            cgi.response.begin(out);
            state.request.set(Some(cgi));
            true
        }
        Err(Refusal(status, message)) => {
            response::refuse(tables, out, status, message, &[]);
            false
        }
    }
}

/// Reads the request, and takes memory for the response: behind all else, because most of it stays unused.
fn prepare(memory: &Memory, tables: Tables, request: &IncomingRequest) -> Result<&'static Cgi, Refusal> {
    let read = Request::read(tables, memory, request)?;
    let length = read.header(tables.list(List::Fields).nth(head::field::CONTENT_LENGTH));
    let input = Input::open(tables, memory, request, length)?;
    let response = Response::new(read.is_head);
    let kept = memory.keep_value(Cgi { tables, request: read, input, response }).and_then(|cgi| {
        cgi.response.take_room(memory, tables)?;
        Ok(cgi)
    });
    kept.ok().ok_or(Refusal(500, Message::ResponseTooLarge))
}
