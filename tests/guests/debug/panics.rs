//! Panics some calls deep, for the backtrace.

#[inline(always)]
fn pick(numbers: &[u32], index: usize) -> u32 {
    numbers[index]
}

#[inline(never)]
fn innermost(numbers: &[u32], index: usize) -> u32 {
    pick(numbers, index) + 1
}

#[inline(never)]
fn middle(count: usize) -> u32 {
    let numbers: Vec<u32> = (0..count as u32).collect();
    println!("about to panic");
    innermost(&numbers, count * 2) * 2
}

fn main() {
    println!("{}", middle(std::env::args().count() + 2));
}
