//! The guests, as the build script found them; each is compiled when a test first asks for its module. For each class
//! there is a module of constants with a list `ALL`, and a macro `for_each_CLASS!` that makes something (a test) of each.

mod compile;
pub mod toolchain;

use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/guests.rs"));

/// A program: a preview1 core module.
#[derive(Debug)]
pub struct Guest {
    /// `class/name`.
    pub id: &'static str,
    source: &'static str,
    header: &'static [(&'static str, &'static str)],
}

/// How a guest is started. Directories are `GUEST` or `GUEST=PATH`, the path one inside the fixture.
#[derive(Clone, Debug)]
pub struct Start {
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub stdin: String,
    pub dirs: Vec<String>,
    /// The number of resources of WASI 0.2 that it may have at a time, if that is to be few.
    pub resources: Option<usize>,
}

impl Default for Start {
    fn default() -> Self {
        let (args, dirs) = (vec!["guest".into()], vec!["/".into()]);
        Start { args, env: Vec::new(), stdin: String::new(), dirs, resources: None }
    }
}

impl Guest {
    /// The class, which is the name of its directory.
    fn class(&self) -> &'static str {
        self.id.split_once('/').expect("an id has two parts").0
    }

    fn name(&self) -> &'static str {
        self.id.split_once('/').expect("an id has two parts").1
    }

    pub fn source(&self) -> &'static Path {
        Path::new(self.source)
    }

    /// The file of the core module, in text if that is the source.
    pub fn path(&self) -> PathBuf {
        compile::module(self).unwrap_or_else(|error| panic!("compiling `{}`: {error:#}", self.source))
    }

    /// The core module, in binary.
    pub fn module(&self) -> Vec<u8> {
        ::wat::parse_file(self.path()).unwrap_or_else(|error| panic!("{}: {error}", self.source))
    }

    /// How the head of its source says that it is to be started.
    pub fn start(&self) -> Start {
        let mut start = Start::default();
        for (key, value) in self.header {
            match *key {
                "args" => start.args = self.parse(value),
                "env" => start.env = self.parse(value),
                "stdin" => start.stdin = self.parse(value),
                "dirs" => start.dirs = self.parse(value),
                "resources" => start.resources = Some(self.parse(value)),
                _ => panic!("{}: `{key}` is not something a guest can ask for", self.id),
            }
        }
        start
    }

    fn parse<T: DeserializeOwned>(&self, value: &str) -> T {
        serde_json::from_str(value).unwrap_or_else(|error| panic!("{}: `{value}`: {error}", self.id))
    }
}
