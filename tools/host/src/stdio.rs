//! Captured standard streams: unnamed temporary files, which have no limit, never block, and need no thread to feed or
//! drain them. Both hosts present them as streams of unknown type.

use crate::error::Doing;
use crate::{Invocation, Result, Stdio};
use std::fs::File;
use std::io::{Read, Seek, Write};

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
        let file = || tempfile::tempfile().doing("making a temporary file for a standard stream");
        let captured = Captured { stdin: file()?, stdout: file()?, stderr: file()? };
        let mut writer = &captured.stdin;
        writer.write_all(stdin).and_then(|()| writer.rewind()).doing("filling stdin")?;
        Ok(Some(captured))
    }

    /// Duplicates for a host to own, in the order stdin, stdout, stderr.
    pub fn handles(&self) -> Result<[File; 3]> {
        let duplicate = |file: &File| file.try_clone().doing("duplicating a standard stream");
        Ok([duplicate(&self.stdin)?, duplicate(&self.stdout)?, duplicate(&self.stderr)?])
    }

    /// Returns the contents of stdout and stderr.
    pub fn output(mut self) -> Result<(Vec<u8>, Vec<u8>)> {
        let [mut stdout, mut stderr] = [Vec::new(), Vec::new()];
        for (file, bytes) in [(&mut self.stdout, &mut stdout), (&mut self.stderr, &mut stderr)] {
            file.rewind().and_then(|()| file.read_to_end(bytes)).doing("reading captured output")?;
        }
        Ok((stdout, stderr))
    }
}
