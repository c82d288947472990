//! The options that say how a CGI program sees requests and answers them.

use clap::Args;
use wasi_adapt::Cgi;

#[derive(Args)]
#[command(next_help_heading = "How a CGI program runs (with --world http)")]
pub struct CgiArgs {
    /// The directory of scripts that the program interprets: DOCUMENT_ROOT, and what SCRIPT_FILENAME is below
    #[arg(long, value_name = "DIR")]
    cgi_root: Option<String>,
    /// The script in a directory that a request names; other paths of scripts end as it does
    #[arg(long, value_name = "NAME", default_value = "index.php")]
    cgi_index: String,
    /// The path of the script: what a request's path has behind it is PATH_INFO [default: with `--cgi-root` a part of the
    /// request's path, else empty]
    #[arg(long, value_name = "PATH")]
    script_name: Option<String>,
    /// Give the program the header Authorization, as HTTP_AUTHORIZATION
    #[arg(long)]
    authorization: bool,
    /// The program's output begins with a status line of HTTP
    #[arg(long)]
    nph: bool,
    /// Give the program the variables and arguments of Spin's executor `wagi`, made from the headers that Spin adds
    #[arg(long, conflicts_with_all = ["cgi_root", "cgi_index", "script_name"])]
    pub wagi: bool,
    /// Exit by an exception that the component catches, which is no failure to the host; for engines with exceptions
    #[arg(long)]
    exit_by_exception: bool,
    /// Send the response when the program has ended: one that fails is answered by an error, and one of more than BYTES too
    #[arg(long, value_name = "BYTES", num_args = 0..=1, require_equals = true, default_missing_value = "1048576")]
    buffer: Option<u32>,
    /// The most bytes of a request's body without a Content-Length, which is read before the program starts
    #[arg(long, value_name = "BYTES", default_value = "1048576")]
    body_limit: u32,
}

impl CgiArgs {
    pub fn plan(&self) -> Cgi {
        let mut cgi = Cgi::new()
            .index(&self.cgi_index)
            .authorization(self.authorization)
            .status_line(self.nph)
            .wagi(self.wagi)
            .exit_by_exception(self.exit_by_exception)
            .buffer(self.buffer)
            .body_limit(self.body_limit);
        if let Some(root) = &self.cgi_root {
            cgi = cgi.root(root);
        }
        if let Some(script) = &self.script_name {
            cgi = cgi.script_name(script);
        }
        cgi
    }
}
