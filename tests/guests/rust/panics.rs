//! A panic prints its message and traps.

fn main() {
    println!("before");
    let nothing: Vec<u32> = std::env::args().skip(100).map(|_| 1).collect();
    println!("{}", nothing[0]);
}
