//! Error codes of WASI 0.2, named as in its bindings.

pub mod wasi {
    pub mod filesystem {
        pub mod types {
            #[rustfmt::skip]
            pub enum ErrorCode {
                Access, WouldBlock, Already, BadDescriptor, Busy, Deadlock, Quota, Exist, FileTooLarge,
                IllegalByteSequence, InProgress, Interrupted, Invalid, Io, IsDirectory, Loop, TooManyLinks,
                MessageSize, NameTooLong, NoDevice, NoEntry, NoLock, InsufficientMemory, InsufficientSpace,
                NotDirectory, NotEmpty, NotRecoverable, Unsupported, NoTty, NoSuchDevice, Overflow, NotPermitted,
                Pipe, ReadOnly, InvalidSeek, TextFileBusy, CrossDevice,
            }
        }
    }
}
