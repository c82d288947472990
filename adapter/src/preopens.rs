//! The directories that are open from the start, from number 3 on.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_prestat_get`, `fd_prestat_dir_name` | `get-directories` once, when a number above 2 first matters |
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::answers::has_filesystem;
use crate::bindings::wasi::filesystem::types::{Descriptor as Handle, DescriptorType};
use crate::descriptor::Descriptor;
use crate::entry::entry;
use crate::errno::Errno;
use crate::fd::get;
use crate::file::{Access, File};
use crate::guest::Ptr;
use crate::raw::{Directory, get_directories};
use crate::state::state;
use crate::types::{Fd, Prestat};

pub type Preopen = Directory;

/// Whether the preopens are in the table.
pub struct Preopens(Cell<bool>);

impl Preopens {
    pub fn new() -> Self {
        Self(Cell::new(false))
    }
}

/// Puts the preopens into the table, and returns whether they were not there before. Those beyond the table's capacity
/// are closed.
pub fn load() -> bool {
    let state = state();
    if !has_filesystem() || state.preopens.0.replace(true) {
        return false;
    }
    state.memory.plan_scratch();
    let preopens = get_directories();
    state.memory.keep_results();
    for preopen in preopens {
        // SAFETY: the host gave this handle to us, and only here.
        let handle = unsafe { Handle::from_handle(preopen.handle) };
        let mut file = File::new(handle, Some(DescriptorType::Directory), Access { read: true, write: true }, 0);
        file.preopen = Some(preopen);
        state.table.push(Descriptor::File(file));
    }
    true
}

/// The path under which a descriptor is preopened, if it is.
fn path_of(descriptor: &Descriptor) -> Option<&'static [u8]> {
    Some(descriptor.as_file()?.preopen?.path.as_slice())
}

entry! {
    /// [`Errno::BADF`] for whatever is not preopened: where C libraries end their search.
    fn fd_prestat_get(fd: Fd, result: Ptr<Prestat>) {
        let path = path_of(get(fd)?).ok_or(Errno::BADF)?;
        result.write(Prestat { tag: 0, name_len: path.len() as u32 })
    }

    fn fd_prestat_dir_name(fd: Fd, buf: Ptr<u8>, len: u32) {
        let path = path_of(get(fd)?).ok_or(Errno::NOTDIR)?;
        if path.len() > len as usize {
            return Err(Errno::NAMETOOLONG);
        }
        buf.buffer(path.len() as u32)?.fill(path);
        Ok(())
    }
}
