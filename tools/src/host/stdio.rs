//! Captured standard streams: unnamed temporary files that both hosts present as a stream of unknown type.
//!
//! Files, because they have descriptors (the preview1 host polls those), have no limit, never block, and need no
//! thread to feed or drain them. The preview1 side repeats what `wasi-common` does for inherited streams that are no
//! terminal: type UNKNOWN, APPEND on the outputs, SPIPE for everything positional.

use super::{Invocation, Stdio};
use anyhow::{Context, Result};
use std::any::Any;
use std::fs::{File, FileTimes};
use std::io::{IoSlice, IoSliceMut, Read, Seek, SeekFrom, Write};
use std::time::SystemTime;
use wasi_common::file::{FdFlags, FileType};
use wasi_common::{Error, ErrorExt, SystemTimeSpec, WasiFile};

/// The three files behind captured streams.
pub struct Captured {
    stdin: File,
    stdout: File,
    stderr: File,
}

impl Captured {
    /// The files an invocation asks for; none if its streams are inherited.
    pub fn new(invocation: &Invocation) -> Result<Option<Captured>> {
        let Stdio::Captured { stdin } = &invocation.stdio else { return Ok(None) };
        let file = || tempfile::tempfile().context("making a temporary file for a standard stream");
        let captured = Captured { stdin: file()?, stdout: file()?, stderr: file()? };
        let mut writer = &captured.stdin;
        writer.write_all(stdin).and_then(|()| writer.rewind()).context("filling stdin")?;
        Ok(Some(captured))
    }

    /// Duplicates for a host to own, in the order stdin, stdout, stderr.
    pub fn handles(&self) -> Result<[File; 3]> {
        let duplicate = |file: &File| file.try_clone().context("duplicating a standard stream");
        Ok([duplicate(&self.stdin)?, duplicate(&self.stdout)?, duplicate(&self.stderr)?])
    }

    /// What was written to stdout and to stderr.
    pub fn output(mut self) -> Result<(Vec<u8>, Vec<u8>)> {
        let [mut stdout, mut stderr] = [Vec::new(), Vec::new()];
        for (file, bytes) in [(&mut self.stdout, &mut stdout), (&mut self.stderr, &mut stderr)] {
            file.rewind().and_then(|()| file.read_to_end(bytes)).context("reading captured output")?;
        }
        Ok((stdout, stderr))
    }
}

/// Stdin for the preview1 host.
pub struct Input(pub File);

/// Stdout or stderr for the preview1 host.
pub struct Output(pub File);

#[async_trait::async_trait]
impl WasiFile for Input {
    fn as_any(&self) -> &dyn Any {
        self
    }
    #[cfg(unix)]
    fn pollable(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(std::os::fd::AsFd::as_fd(&self.0))
    }
    async fn get_filetype(&self) -> Result<FileType, Error> {
        Ok(FileType::Unknown)
    }
    async fn read_vectored<'a>(&self, bufs: &mut [IoSliceMut<'a>]) -> Result<u64, Error> {
        Ok((&self.0).read_vectored(bufs)? as u64)
    }
    async fn read_vectored_at<'a>(&self, _bufs: &mut [IoSliceMut<'a>], _offset: u64) -> Result<u64, Error> {
        Err(Error::seek_pipe())
    }
    async fn seek(&self, _pos: SeekFrom) -> Result<u64, Error> {
        Err(Error::seek_pipe())
    }
    async fn peek(&self, _buf: &mut [u8]) -> Result<u64, Error> {
        Err(Error::seek_pipe())
    }
    async fn set_times(&self, atime: Option<SystemTimeSpec>, mtime: Option<SystemTimeSpec>) -> Result<(), Error> {
        set_times(&self.0, atime, mtime)
    }
    fn num_ready_bytes(&self) -> Result<u64, Error> {
        Ok(self.0.metadata()?.len().saturating_sub((&self.0).stream_position()?))
    }
}

#[async_trait::async_trait]
impl WasiFile for Output {
    fn as_any(&self) -> &dyn Any {
        self
    }
    #[cfg(unix)]
    fn pollable(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(std::os::fd::AsFd::as_fd(&self.0))
    }
    async fn get_filetype(&self) -> Result<FileType, Error> {
        Ok(FileType::Unknown)
    }
    async fn get_fdflags(&self) -> Result<FdFlags, Error> {
        Ok(FdFlags::APPEND)
    }
    async fn write_vectored<'a>(&self, bufs: &[IoSlice<'a>]) -> Result<u64, Error> {
        Ok((&self.0).write_vectored(bufs)? as u64)
    }
    async fn write_vectored_at<'a>(&self, _bufs: &[IoSlice<'a>], _offset: u64) -> Result<u64, Error> {
        Err(Error::seek_pipe())
    }
    async fn seek(&self, _pos: SeekFrom) -> Result<u64, Error> {
        Err(Error::seek_pipe())
    }
    async fn set_times(&self, atime: Option<SystemTimeSpec>, mtime: Option<SystemTimeSpec>) -> Result<(), Error> {
        set_times(&self.0, atime, mtime)
    }
}

fn set_times(file: &File, atime: Option<SystemTimeSpec>, mtime: Option<SystemTimeSpec>) -> Result<(), Error> {
    let at = |spec| match spec {
        SystemTimeSpec::Absolute(time) => time.into_std(),
        SystemTimeSpec::SymbolicNow => SystemTime::now(),
    };
    let mut times = FileTimes::new();
    if let Some(spec) = atime {
        times = times.set_accessed(at(spec));
    }
    if let Some(spec) = mtime {
        times = times.set_modified(at(spec));
    }
    Ok(file.set_times(times)?)
}
