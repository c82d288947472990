//! Descriptor numbers for a libc that has descriptors of its own, such as sockets, or gives one several numbers. No
//! WASI 0.2 calls.

use crate::descriptor::Descriptor;
use crate::entry::entry;
use crate::errno::Errno;
use crate::guest::Ptr;
use crate::state::state;
use crate::types::Fd;

entry! {
    /// Reserves the lowest free number. Until it is given back, every preview1 call on it returns [`Errno::BADF`].
    fn adapter_open_badfd(result: Ptr<Fd>) {
        let result = result.check()?;
        let fd = state().table.vacancy()?;
        state().table.insert(fd, Descriptor::Reserved);
        result.set(fd);
        Ok(())
    }

    /// Gives a reserved number back. Any other is [`Errno::BADF`], and stays open if it was.
    fn adapter_close_badfd(fd: Fd) {
        match state().table.get(fd).ok_or(Errno::BADF)? {
            Descriptor::Reserved => {
                drop(state().table.remove(fd));
                Ok(())
            }
            _ => Err(Errno::BADF),
        }
    }

    /// Gives a descriptor another number, the lowest free one that is at least `least`: both are the same file with one
    /// position, and it stays open until the last number is closed. The other number of a reserved one is reserved too.
    fn adapter_duplicate(fd: Fd, least: u32, result: Ptr<Fd>) {
        let result = result.check()?;
        let table = &state().table;
        table.get(fd).ok_or(Errno::BADF)?;
        result.set(table.duplicate(fd, least)?);
        Ok(())
    }
}
