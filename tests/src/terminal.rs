//! Terminals for programs.

use std::fs::File;
use std::os::fd::FromRawFd;

/// Opens a terminal: the files of the user's end and of the program's end.
pub fn pseudo_terminal() -> (File, File) {
    let (mut terminal, mut streams) = (0, 0);
    let (name, termios, size) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: both pointers are valid and the others may be null; nothing else owns the new descriptors.
    unsafe {
        assert_eq!(libc::openpty(&mut terminal, &mut streams, name, termios, size), 0);
        (File::from_raw_fd(terminal), File::from_raw_fd(streams))
    }
}
