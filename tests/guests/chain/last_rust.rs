//! Mixes numbers.

#[unsafe(no_mangle)]
extern "C" fn mix(a: i32, b: i32) -> i32 {
    eprintln!("last");
    a * b
}
