// A directory is open before the C library looks for preopened ones, which it does at the first use of `std::fs`. Its
// search has to end there, and must find what was preopened.

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn path_open(
        dir: u32,
        lookup: u32,
        path: *const u8,
        len: usize,
        oflags: u32,
        rights: u64,
        inheriting: u64,
        fdflags: u32,
        fd: *mut u32,
    ) -> u32;
}

const DIRECTORY: u32 = 2;
const FD_READDIR: u64 = 1 << 14;

fn main() {
    let (path, mut fd) = ("sub", 0);
    // SAFETY: the path and the place for the number live through the call.
    let errno = unsafe { path_open(3, 0, path.as_ptr(), path.len(), DIRECTORY, FD_READDIR, 0, 0, &mut fd) };
    println!("path_open {errno}");
    println!("{:?}", std::fs::read_to_string("/hello.txt"));
}
