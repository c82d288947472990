//! Variables and arguments that lie in the component.

use std::fmt;
use std::str::FromStr;

/// The relation of a host's variables and arguments to those in the component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HostValues {
    /// The program gets both. Of a variable that both have, the host's value counts. The host's arguments follow those in
    /// the component.
    #[default]
    Merge,
    /// Those in the component are defaults: the program gets the host's variables if it gives any, and the host's
    /// arguments if it gives any after the program's name.
    Override,
    /// The host is not asked for variables if there are some in the component, nor for arguments if there are some.
    Ignore,
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    name: String,
    value: String,
}

impl Variable {
    /// # Errors
    /// The name is empty or has a `=`, or one of both has a NUL.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Result<Variable, BadString> {
        let (name, value) = (name.into(), value.into());
        match () {
            () if name.is_empty() => Err(BadString("a variable has a name: NAME=VALUE")),
            () if name.contains('=') => Err(BadString("the name of a variable has no `=`")),
            () if name.contains('\0') || value.contains('\0') => Err(BadString("a variable has no NUL in it")),
            () => Ok(Variable { name, value }),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn value(&self) -> &str {
        &self.value
    }

    /// Reads a file of variables: one `NAME=VALUE` in each line. Empty lines and lines that begin with `#` are passed over;
    /// all other characters, quotes and spaces included, are part of the name or the value.
    ///
    /// # Errors
    /// Each line that is no variable, with its number.
    pub fn parse_file(text: &str) -> Result<Vec<Variable>, Vec<(usize, BadString)>> {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let (mut variables, mut bad) = (Vec::new(), Vec::new());
        for (number, line) in lines {
            match line.parse() {
                Ok(variable) => variables.push(variable),
                Err(error) => bad.push((number, error)),
            }
        }
        if bad.is_empty() { Ok(variables) } else { Err(bad) }
    }
}

impl FromStr for Variable {
    type Err = BadString;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or(BadString("a variable is given as NAME=VALUE"))?;
        Variable::new(name, value)
    }
}

/// An argument of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument(String);

impl Argument {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Argument {
    type Err = BadString;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('\0') { Err(BadString("an argument has no NUL in it")) } else { Ok(Argument(text.into())) }
    }
}

/// The error for a string that no program can get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadString(&'static str);

impl fmt::Display for BadString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadString {}

/// Flags of the adapter's `sealed.rs`.
const DEFAULTS: u32 = 1;
const NAMED: u32 = 2;

/// Encodes variables as the adapter's `sealed.rs` reads them.
pub fn encode_variables(variables: &[Variable], host: HostValues) -> Vec<u8> {
    let strings = variables.iter().map(|Variable { name, value }| (name.len(), format!("{name}={value}")));
    encode(strings.collect(), defaults(host))
}

/// Encodes arguments as the adapter's `sealed.rs` reads them.
pub fn encode_arguments(name: Option<&Argument>, arguments: &[Argument], host: HostValues) -> Vec<u8> {
    let strings = name.into_iter().chain(arguments).map(|Argument(text)| (0, text.clone()));
    encode(strings.collect(), defaults(host) | if name.is_some() { NAMED } else { 0 })
}

fn defaults(host: HostValues) -> u32 {
    if host == HostValues::Override { DEFAULTS } else { 0 }
}

fn encode(strings: Vec<(usize, String)>, flags: u32) -> Vec<u8> {
    let numbers = [strings.len() as u32, flags].into_iter();
    let lengths = strings.iter().flat_map(|(name, text)| [*name as u32, text.len() as u32 + 1]);
    let mut bytes: Vec<u8> = numbers.chain(lengths).flat_map(u32::to_le_bytes).collect();
    for (_, text) in &strings {
        bytes.extend(text.as_bytes());
        bytes.push(0);
    }
    bytes
}
