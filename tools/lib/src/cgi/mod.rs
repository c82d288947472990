//! CGI programs: the way from a request of HTTP to a program's environment, and from its output to the response.
//!
//! The adapter does it while the component runs (`adapter/src/cgi/`). Here are the options, and all text that it needs.
//!
//! | file | part |
//! |---|---|
//! | `template.rs` | values of variables and arguments, with parts of the request in them |
//! | `variables.rs`, `wagi.rs` | the variables of CGI, and those of WAGI |
//! | `tables.rs` | all of it as bytes, and the other texts |

mod tables;
mod template;
#[cfg(test)]
mod tests;
mod variables;
mod wagi;

use crate::seal::Seal;
use std::fmt;
use template::Template;

/// The most bytes of options for memory: they are below the program, and so is the rest of the adapter.
const MOST: u32 = 48 << 20;

/// The way in which a program sees requests and answers them in the world [`World::Http`](crate::World::Http).
///
/// A program is started anew for each request, as [RFC 3875] describes: the request is in environment variables, its body
/// on standard input, and the response on standard output, after a header block.
///
/// ```
/// use wasi_adapt::Cgi;
///
/// let cgi = Cgi::new().root("/site").variable("GREETING", "hello from ${SERVER_NAME}")?;
/// assert!(Cgi::new().variable("WRONG", "${NO_SUCH_VARIABLE}").is_err());
/// # Ok::<(), wasi_adapt::CgiError>(())
/// ```
///
/// [RFC 3875]: https://www.rfc-editor.org/rfc/rfc3875
#[derive(Clone, Debug)]
pub struct Cgi {
    root: Option<String>,
    script_name: Option<String>,
    index: String,
    arguments: Vec<Template>,
    variables: Vec<(String, Template)>,
    authorization: bool,
    status_line: bool,
    wagi: bool,
    exception: bool,
    buffer: Option<u32>,
    body_limit: u32,
}

impl Default for Cgi {
    fn default() -> Cgi {
        Cgi {
            root: None,
            script_name: None,
            index: "/index.php".into(),
            arguments: Vec::new(),
            variables: Vec::new(),
            authorization: false,
            status_line: false,
            wagi: false,
            exception: false,
            buffer: None,
            body_limit: 1 << 20,
        }
    }
}

impl Cgi {
    pub fn new() -> Cgi {
        Cgi::default()
    }

    /// Sets the directory of scripts, `DOCUMENT_ROOT`, for a program that interprets them: `SCRIPT_FILENAME` is below it.
    #[must_use]
    pub fn root(mut self, directory: &str) -> Cgi {
        self.root = Some(directory.trim_end_matches('/').into());
        self
    }

    /// Sets the path of the script, `SCRIPT_NAME`. What a request's path has behind it is `PATH_INFO`; for other paths all of
    /// the path is.
    ///
    /// By default it is empty, or if there is a [`Self::root`] a part of the request's path: up to the first name that ends as
    /// [`Self::index`] does.
    #[must_use]
    pub fn script_name(mut self, path: &str) -> Cgi {
        let path = path.trim_end_matches('/');
        self.script_name =
            Some(if path.is_empty() || path.starts_with('/') { path.into() } else { format!("/{path}") });
        self
    }

    /// Sets the script in a directory that is used if a request names the directory, by default `index.php`.
    #[must_use]
    pub fn index(mut self, name: &str) -> Cgi {
        self.index = format!("/{name}");
        self
    }

    /// Adds an argument. In its value, `${NAME}` stands for a variable of CGI; `${ARGS}` alone is an argument for each part of
    /// the query.
    ///
    /// # Errors
    /// The template refers to something else.
    pub fn argument(mut self, template: &str) -> Result<Cgi, CgiError> {
        self.arguments.push(Template::of_argument(template)?);
        Ok(self)
    }

    /// Adds an environment variable, or replaces one of CGI. In its value, `${NAME}` stands for a variable of CGI.
    ///
    /// # Errors
    /// The name is not one of a variable, or the template refers to something else.
    pub fn variable(mut self, name: &str, template: &str) -> Result<Cgi, CgiError> {
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(CgiError::Name(name.into()));
        }
        let template = Template::of_variable(template)?;
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.into(), template));
        Ok(self)
    }

    /// Adds the variables and arguments of a seal as templates.
    pub(crate) fn sealed(&self, seal: &Seal) -> Result<Cgi, CgiError> {
        let mut cgi = self.clone();
        for variable in seal.variables() {
            cgi = cgi.variable(variable.name(), variable.value())?;
        }
        for argument in seal.arguments() {
            cgi = cgi.argument(argument)?;
        }
        Ok(cgi)
    }

    /// Sets whether the program sees the header `Authorization`, as `HTTP_AUTHORIZATION`.
    #[must_use]
    pub fn authorization(mut self, authorization: bool) -> Cgi {
        self.authorization = authorization;
        self
    }

    /// Sets whether the program's output begins with a status line of HTTP (`nph-` programs).
    #[must_use]
    pub fn status_line(mut self, status_line: bool) -> Cgi {
        self.status_line = status_line;
        self
    }

    /// Sets whether variables and arguments are those of WAGI, by which Spin runs modules, made from the headers that Spin adds for
    /// components: `SCRIPT_NAME` is the route, `PATH_INFO` what is behind it, and there are `X_FULL_URL`, `X_MATCHED_ROUTE` and
    /// others. Without an argument of its own, the program gets the path and the words of the query.
    ///
    /// Hosts other than Spin leave these headers to clients.
    #[must_use]
    pub fn wagi(mut self, wagi: bool) -> Cgi {
        self.wagi = wagi;
        self
    }

    /// Sets whether an exit of the program throws an exception, which is caught where the program was called: to the host the
    /// instance has returned. Without that an exit is one of the host's or a trap, and hosts report both as failures, though
    /// the response is whole. It takes an engine with exceptions.
    ///
    /// A program that catches every exception, as C++ does by `catch (...)`, goes on behind its exit, without a response.
    #[must_use]
    pub fn exit_by_exception(mut self, exception: bool) -> Cgi {
        self.exception = exception;
        self
    }

    pub(crate) fn throws(&self) -> bool {
        self.exception
    }

    /// Sets whether the response is sent only when the program has ended, and its most bytes. A program that fails is then
    /// always answered by an error.
    #[must_use]
    pub fn buffer(mut self, bytes: impl Into<Option<u32>>) -> Cgi {
        self.buffer = bytes.into().map(|bytes| bytes.min(MOST / 2));
        self
    }

    /// Sets the most bytes of a request's body without a `Content-Length`, which is read before the program starts. By
    /// default it is 1 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: u32) -> Cgi {
        self.body_limit = bytes.min(MOST / 2);
        self
    }
}

/// The error for options of a CGI program that have no meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CgiError {
    /// A variable cannot have this name.
    Name(String),
    /// A template refers to something that is no variable of CGI.
    Unknown(String),
    /// A reference in a template has no end.
    Unclosed(String),
    /// A value contains a byte 0.
    Zero(String),
}

impl fmt::Display for CgiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::names::quoted;
        match self {
            CgiError::Name(name) => write!(f, "{} cannot be the name of a variable", quoted(name)),
            CgiError::Unknown(name) => write!(
                f,
                "{} is no variable of CGI; a template can refer to {}, and to headers, such as ${{HTTP_USER_AGENT}}",
                quoted(&format!("${{{name}}}")),
                variables::NAMES.map(|name| format!("${{{name}}}")).join(", ")
            ),
            CgiError::Unclosed(template) => write!(f, "in {} a `${{` has no `}}`", quoted(template)),
            CgiError::Zero(text) => write!(f, "{} contains a byte 0, where the value would end", quoted(text)),
        }
    }
}

impl std::error::Error for CgiError {}
