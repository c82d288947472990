//! A memory file system and a directory of Linux, in which the same happens.

use crate::code;
use crate::embedded;
use crate::errno::Result;
use crate::guest::Buffer;
use crate::types::filetype;
use crate::vfs::image::{Image, Index};
use crate::vfs::memfs::{At, Inode, Memfs};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};
use wasi_adapt_tests::noninterference::random::Random;

pub struct Both {
    pub fs: At<Memfs>,
    memory: Vec<u8>,
    directory: tempfile::TempDir,
    random: Random,
    directories: Vec<(At<Inode>, File)>,
    files: Vec<(At<Inode>, File)>,
    /// The number of times that there was no space.
    pub refused: u64,
    pub used_at_first: usize,
    now: u64,
}

const NOSPC: u16 = 51;
const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "file", "link", "long", "too long"];

fn name(random: &mut Random) -> String {
    match random.pick(&NAMES) {
        "long" => "n".repeat(255),
        "too long" if random.one_in(4) => "n".repeat(256),
        name => name.into(),
    }
}

/// The number of an error of Linux in preview1.
fn of_linux<T>(result: &io::Result<T>) -> u16 {
    let Err(error) = result else { return 0 };
    match error.raw_os_error() {
        Some(libc::ENOENT) => 44,
        Some(libc::EEXIST) => 20,
        Some(libc::ENOTDIR) => 54,
        Some(libc::EISDIR) => 31,
        Some(libc::EINVAL) => 28,
        Some(libc::ENOTEMPTY) => 55,
        Some(libc::EPERM) => 63,
        Some(libc::ENAMETOOLONG) => 37,
        other => panic!("{other:?}: {error}"),
    }
}

/// The contents of a file from an offset on.
pub fn read(file: At<Inode>, offset: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0xcc; len];
    // SAFETY: there are so many bytes.
    let buffer = unsafe { Buffer::of_adapter(bytes.as_mut_ptr() as usize, len) };
    bytes.truncate(file.read(offset, buffer));
    bytes
}

impl Both {
    pub fn new(seed: u64, size: usize) -> Self {
        let mut memory = vec![0xa5; size];
        // SAFETY: the memory is there as long as this is.
        let fs = unsafe { Memfs::make(memory.as_mut_ptr() as usize, size, embedded::NODES) }.expect("there is room");
        let directory = tempfile::tempdir().unwrap();
        embedded::make(directory.path()).unwrap();
        let real = open_directory(directory.path()).unwrap();
        let mut both = Self {
            fs,
            memory,
            directory,
            random: Random::new(seed),
            directories: Vec::new(),
            files: Vec::new(),
            refused: 0,
            used_at_first: 0,
            now: 1,
        };
        let root = both.root();
        both.directories.push((root, real));
        both.used_at_first = both.used();
        both
    }

    pub fn root(&self) -> At<Inode> {
        let index = Index(embedded::ROOT);
        self.fs.root(index, &Image::node(index)).ok().unwrap()
    }

    pub fn used(&self) -> usize {
        self.fs.cells.used(self.memory.as_ptr() as usize)
    }

    fn note<T>(&mut self, result: &Result<T>) -> bool {
        let refused = code(result) == NOSPC;
        self.refused += u64::from(refused);
        refused
    }

    /// Does the same in both, which must have the same result, unless there is no space.
    fn same<T, U>(&mut self, what: &str, here: Result<T>, there: impl FnOnce() -> io::Result<U>) -> Option<(T, U)> {
        if self.note(&here) {
            return None;
        }
        let there = there();
        assert_eq!(code(&here), of_linux(&there), "{what}");
        here.ok().zip(there.ok())
    }

    fn place(&mut self) -> (At<Inode>, PathBuf, String) {
        let number = self.random.below(self.directories.len() as u64) as usize;
        let (inode, real) = &self.directories[number];
        let (inode, directory) = (*inode, format!("/proc/self/fd/{}", real.as_raw_fd()));
        let name = name(&mut self.random);
        (inode, PathBuf::from(directory).join(&name), name)
    }

    /// Does something, to anything.
    pub fn step(&mut self) {
        let (directory, path, name) = self.place();
        let (fs, name, now) = (self.fs, name.as_bytes(), self.now);
        self.now += 1;
        match self.random.below(20) {
            0 | 1 => {
                let made = fs.create(directory, name, filetype::DIRECTORY, b"", now);
                self.same("mkdir", made, || fs::create_dir(&path));
            }
            2 | 3 => {
                let made = fs.create(directory, name, filetype::REGULAR_FILE, b"", now);
                if let Some(made) =
                    self.same("create", made, || File::options().read(true).write(true).create_new(true).open(&path))
                {
                    self.open_file(made);
                }
            }
            4 => {
                let target = "t".repeat(1 + self.random.below(300) as usize);
                let made = fs.create(directory, name, filetype::SYMBOLIC_LINK, target.as_bytes(), now);
                self.same("symlink", made, || symlink(&target, &path));
            }
            5 | 6 => {
                let (from, from_path, from_name) = self.place();
                let old = fs.find(from, from_name.as_bytes());
                let linked = old.and_then(|entry| entry.ok_or(crate::Errno::NOENT));
                let linked = linked.and_then(|entry| fs.link(entry.inode.get(), directory, name, now));
                self.same("link", linked, || fs::hard_link(&from_path, &path));
            }
            7 | 8 => {
                let removed = fs.unlink(directory, name, now);
                self.same("unlink", removed, || fs::remove_file(&path));
            }
            9 | 10 => {
                let removed = fs.remove_directory(directory, name, now);
                self.same("rmdir", removed, || fs::remove_dir(&path));
            }
            11 | 12 => {
                let (to, to_path, to_name) = self.place();
                let renamed = fs.rename((directory, name), (to, to_name.as_bytes()), false, now);
                self.same(&format!("rename {path:?} {to_path:?}"), renamed, || fs::rename(&path, &to_path));
            }
            13 | 14 => self.open(directory, &path, name),
            _ => self.use_file(),
        }
    }

    /// Opens what there is: a file or directory.
    fn open(&mut self, directory: At<Inode>, path: &Path, name: &[u8]) {
        let Ok(Some(entry)) = self.fs.find(directory, name) else { return };
        let inode = entry.inode.get();
        if inode.is_directory() {
            inode.open();
            let opened = (inode, open_directory(path).unwrap());
            if self.directories.len() < 8 {
                self.directories.push(opened);
            } else {
                let number = 1 + self.random.below(7) as usize;
                let (before, _) = std::mem::replace(&mut self.directories[number], opened);
                self.close(before);
            }
        } else if inode.filetype() == filetype::SYMBOLIC_LINK {
            let target = fs::read_link(path).unwrap().into_os_string().into_encoded_bytes();
            assert_eq!(inode.size(), target.len() as u64);
            let mut bytes = vec![0; target.len() + 1];
            // SAFETY: there are so many bytes.
            let buffer = unsafe { Buffer::of_adapter(bytes.as_mut_ptr() as usize, bytes.len()) };
            assert_eq!(bytes[..inode.target(0, buffer)], target);
        } else {
            let real = File::options().read(true).write(true).open(path).unwrap();
            self.open_file((inode, real));
        }
    }

    fn open_file(&mut self, opened: (At<Inode>, File)) {
        opened.0.open();
        if self.files.len() < 8 {
            self.files.push(opened);
        } else {
            let number = self.random.below(8) as usize;
            let (before, _) = std::mem::replace(&mut self.files[number], opened);
            self.close(before);
        }
    }

    fn close(&mut self, inode: At<Inode>) {
        inode.close(&self.fs.cells, || self.now);
    }

    fn use_file(&mut self) {
        if self.files.is_empty() {
            return;
        }
        let number = self.random.below(self.files.len() as u64) as usize;
        let (inode, size) = (self.files[number].0, self.files[number].0.size());
        let near = size.saturating_sub(self.random.below(5000));
        let far = self.random.below(5 << 20);
        let offset = self.random.pick(&[0, 4096, near, near, size, self.now % 20_000, far]);
        let len = self.random.pick(&[0, 1, 100, 4096, 4097, 20_000]);
        match self.random.below(4) {
            0 => {
                let mut there = vec![0; len];
                let read_there = self.files[number].1.read_at(&mut there, offset).unwrap();
                assert_eq!(read(inode, offset, len), there[..read_there]);
            }
            1 | 2 => {
                let bytes: Vec<u8> = (0..len).map(|_| self.random.number() as u8).collect();
                let written = inode.write(&self.fs.cells, offset, &bytes);
                if self.note(&written) {
                    return;
                }
                let written = written.ok().unwrap();
                self.refused += u64::from(written < len);
                self.files[number].1.write_all_at(&bytes[..written], offset).unwrap();
            }
            _ => {
                let size = self.random.pick(&[0, size, offset, offset + len as u64]);
                inode.resize(&self.fs.cells, size, self.now).ok().unwrap();
                self.files[number].1.set_len(size).unwrap();
            }
        }
        let real = self.files[number].1.metadata().unwrap();
        let stat = inode.filestat(|| self.now);
        assert_eq!((stat.size, stat.nlink), (real.len(), real.nlink()));
    }

    /// Compares everything.
    pub fn compare(&mut self) {
        let (mut todo, mut numbers) = (vec![(self.root(), self.directory.path().to_path_buf())], BTreeSet::new());
        while let Some((directory, path)) = todo.pop() {
            let mut there: BTreeSet<Vec<u8>> =
                fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name().into_encoded_bytes()).collect();
            let (mut next, mut directories) = (self.fs.list(directory, 0), 0);
            while let Ok(Some(entry)) = next {
                assert!(there.remove(entry.name()), "it has an entry too many");
                let inode = entry.inode.get();
                assert!(self.fs.find(directory, entry.name()).ok().flatten().is_some_and(|found| found == entry));
                let path = path.join(String::from_utf8(entry.name().to_vec()).unwrap());
                let (stat, real) = (inode.filestat(|| 0), path.symlink_metadata().unwrap());
                assert!(numbers.insert(stat.ino) || stat.nlink > 1, "two have one number");
                if inode.is_directory() {
                    assert!(real.is_dir());
                    directories += 1;
                    todo.push((inode, path));
                } else if inode.filetype() == filetype::SYMBOLIC_LINK {
                    assert!(real.is_symlink() && real.len() == stat.size);
                } else {
                    assert_eq!((real.is_file(), real.len(), real.nlink()), (true, stat.size, stat.nlink));
                    assert!(read(inode, 0, stat.size as usize) == fs::read(&path).unwrap());
                }
                next = Ok(entry.next());
            }
            assert!(next.is_ok() || self.refused > 0);
            assert!(there.is_empty() || self.refused > 0, "it has no {there:?}");
            assert_eq!(u64::from(directory.links.get()), 2 + directories);
        }
    }

    /// Closes everything, and removes all files in the memory file system.
    pub fn remove_everything(&mut self) {
        let files = std::mem::take(&mut self.files);
        for (inode, _) in files.into_iter().chain(self.directories.drain(1..).collect::<Vec<_>>()) {
            self.close(inode);
        }
        let mut at = self.root();
        loop {
            match self.fs.list(at, 0).ok().flatten() {
                Some(entry)
                    if entry.inode.get().is_directory()
                        && self.fs.list(entry.inode.get(), 0).ok().flatten().is_some() =>
                {
                    at = entry.inode.get();
                }
                Some(entry) if entry.inode.get().is_directory() => {
                    self.fs.remove_directory(at, entry.name(), 0).ok().unwrap();
                }
                Some(entry) => self.fs.unlink(at, entry.name(), 0).ok().unwrap(),
                None if at == self.root() => break,
                None => at = self.root(),
            }
        }
        for entry in fs::read_dir(self.directory.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        }
    }
}

fn open_directory(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_DIRECTORY).open(path)
}
