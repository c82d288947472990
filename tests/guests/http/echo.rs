// Answers with what the request was: the variables of CGI, all of them for a query with `all`, and the body.

use std::io::{Read, Write};

fn main() {
    let mut body = Vec::new();
    let read = std::io::stdin().read_to_end(&mut body);
    let mut answer = "Content-Type: text/plain\r\n\r\n".to_string();
    let names = [
        "GATEWAY_INTERFACE", "SERVER_PROTOCOL", "SERVER_NAME", "REQUEST_METHOD", "REQUEST_URI", "QUERY_STRING",
        "SCRIPT_NAME", "PATH_INFO", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTPS",
    ];
    let mut variables: Vec<_> = std::env::vars_os().collect();
    variables.sort();
    let all = std::env::var("QUERY_STRING").is_ok_and(|query| query.starts_with("all"));
    for (name, value) in variables {
        let name = name.to_string_lossy();
        if all || names.contains(&&*name) || name.starts_with("HTTP_") || name.starts_with("OWN_") {
            answer += &format!("{name}={}\n", value.as_encoded_bytes().escape_ascii());
        }
    }
    for argument in std::env::args().skip(1) {
        answer += &format!("argument {argument}\n");
    }
    if let Err(error) = read {
        answer += &format!("reading the body: {error}\n");
    }
    answer += &format!("{} bytes\n", body.len());
    let sum = body.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
    answer += &if body.len() > 200 { format!("sum {sum}\n") } else { format!("{}\n", body.escape_ascii()) };
    std::io::stdout().write_all(answer.as_bytes()).unwrap();
}
