//! The body of a function, decoded when a pass first looks at it: most programs need few of the adapter's functions.

use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use anyhow::Result;
use wasmparser::{FunctionBody, Operator, ValType};

/// A function's locals and its operators, the final `end` included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body<'a> {
    pub locals: Vec<(u32, ValType)>,
    pub ops: Vec<Operator<'a>>,
}

impl Body<'_> {
    /// The body of a function that is never called.
    pub fn unreachable() -> Self {
        Body { locals: Vec::new(), ops: vec![Operator::Unreachable, Operator::End] }
    }
}

/// A body that is decoded at its first use.
#[derive(Clone)]
pub struct LazyBody<'a> {
    decoded: OnceLock<Body<'a>>,
    /// The encoding, unless the body was made by a pass.
    encoded: Option<FunctionBody<'a>>,
}

impl<'a> LazyBody<'a> {
    /// A body of a valid module.
    pub fn encoded(body: FunctionBody<'a>) -> LazyBody<'a> {
        LazyBody { decoded: OnceLock::new(), encoded: Some(body) }
    }
}

impl<'a> From<Body<'a>> for LazyBody<'a> {
    fn from(body: Body<'a>) -> Self {
        LazyBody { decoded: body.into(), encoded: None }
    }
}

impl<'a> Deref for LazyBody<'a> {
    type Target = Body<'a>;

    fn deref(&self) -> &Body<'a> {
        self.decoded.get_or_init(|| {
            let encoded = self.encoded.as_ref().expect("a body is encoded or decoded");
            decode(encoded).expect("the module has been validated")
        })
    }
}

impl<'a> DerefMut for LazyBody<'a> {
    fn deref_mut(&mut self) -> &mut Body<'a> {
        let _: &Body<'_> = self;
        self.decoded.get_mut().expect("it was decoded just now")
    }
}

fn decode<'a>(body: &FunctionBody<'a>) -> Result<Body<'a>> {
    let locals = body.get_locals_reader()?.into_iter().collect::<wasmparser::Result<_>>()?;
    let ops = body.get_operators_reader()?.into_iter().collect::<wasmparser::Result<_>>()?;
    Ok(Body { locals, ops })
}
