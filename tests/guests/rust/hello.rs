//! args: ["hello", "w\u00f6rld"]
//! println, arguments, and an exit status other than 0 and 1.

fn main() {
    println!("hello, {}", std::env::args().nth(1).unwrap());
    eprintln!("to stderr");
    std::process::exit(7);
}
