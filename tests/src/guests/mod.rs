//! The guests that the build script found; each is compiled when a test first asks for its module. Each class has a
//! module of constants with a list `ALL`, and a macro `for_each_CLASS!` that expands another macro, such as a test, for
//! each guest.

mod compile;
pub mod toolchain;

use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/guests.rs"));

/// Defines a test of each guest of a class, which calls a function with the guest: here, or in modules.
#[macro_export]
macro_rules! test_guests {
    ($guests:ident by $check:path) => {
        macro_rules! test {
            ($class:ident, $name:ident, $guest:ident) => {
                #[test]
                fn $name() {
                    $check(&$crate::guests::$class::$guest);
                }
            };
        }
        $crate::$guests!(test);
    };
    ($($module:ident: $guests:ident by $check:ident;)+) => {$(
        mod $module {
            $crate::test_guests!($guests by super::$check);
        }
    )+};
}

/// A program: a preview1 core module.
#[derive(Debug)]
pub struct Guest {
    /// `class/name`.
    pub id: &'static str,
    source: &'static str,
    header: &'static [(&'static str, &'static str)],
}

/// The way to start a guest. Directories are `GUEST` or `GUEST=PATH`, with a path inside the fixture.
#[derive(Clone, Debug)]
pub struct Start {
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub stdin: String,
    pub dirs: Vec<String>,
    /// The maximum number of WASI 0.2 resources that it may have at a time, if limited.
    pub resources: Option<usize>,
}

impl Default for Start {
    fn default() -> Self {
        let (args, dirs) = (vec!["guest".into()], vec!["/".into()]);
        Start { args, env: Vec::new(), stdin: String::new(), dirs, resources: None }
    }
}

impl Guest {
    /// Returns the class, which is the name of its directory.
    fn class(&self) -> &'static str {
        self.id.split_once('/').expect("an id has two parts").0
    }

    fn name(&self) -> &'static str {
        self.id.split_once('/').expect("an id has two parts").1
    }

    /// Returns true if nothing in it runs by itself.
    fn is_library(&self) -> bool {
        match self.class() {
            "proxy" | "wit" | "unstable" => true,
            "chain" => !self.name().starts_with("program_"),
            _ => false,
        }
    }

    pub fn source(&self) -> &'static Path {
        Path::new(self.source)
    }

    /// Returns the file of the core module, in text format if that is the source.
    pub fn path(&self) -> PathBuf {
        compile::module(self).unwrap_or_else(|error| panic!("compiling `{}`: {error:#}", self.source))
    }

    /// Returns the core module, in binary.
    pub fn module(&self) -> Vec<u8> {
        ::wat::parse_file(self.path()).unwrap_or_else(|error| panic!("{}: {error}", self.source))
    }

    /// Reads the start options from the head of the source.
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
