//! std::fs: trees, metadata, times, copies, cursors, errors by kind.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::time::{Duration, SystemTime};

fn main() -> std::io::Result<()> {
    fs::create_dir_all("/a/b/c")?;
    fs::write("/a/b/file", "content")?;
    fs::copy("/hello.txt", "/a/copy")?;
    println!("{:?}", fs::read_to_string("/a/copy")?);
    fs::rename("/a/b", "/a/d")?;
    let mut names: Vec<_> = fs::read_dir("/a")?.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    println!("{names:?}");
    let is_directory = |entry: std::io::Result<fs::DirEntry>| Ok(entry?.file_type()?.is_dir());
    let mut kinds = fs::read_dir("/sub")?.map(is_directory).collect::<std::io::Result<Vec<_>>>()?;
    kinds.sort();
    for is_directory in kinds {
        eprintln!("{}", if is_directory { "directory" } else { "file" });
    }

    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open("/cursor")?;
    file.write_all(&[7; 100_000])?;
    file.seek(SeekFrom::Start(50_000))?;
    file.write_all(b"middle")?;
    file.seek(SeekFrom::Current(-3))?;
    let mut rest = Vec::new();
    file.read_to_end(&mut rest)?;
    println!("{} {:?}", rest.len(), &rest[..4]);
    file.set_len(10)?;
    println!("{}", file.metadata()?.len());
    let stamp = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    file.set_modified(stamp)?;
    println!("{}", file.metadata()?.modified()? == stamp);
    file.sync_all()?;
    file.sync_data()?;
    drop(file);

    let mut log = OpenOptions::new().append(true).open("/hello.txt")?;
    log.write_all(b"one\n")?;
    writeln!(log, "two")?;
    println!("{:?}", fs::read_to_string("/hello.txt")?);
    println!("{}", fs::metadata("/link")?.is_file());
    println!("{}", fs::symlink_metadata("/link")?.file_type().is_symlink());
    println!("{:?}", fs::read_link("/link")?);

    let kind = |result: std::io::Result<File>| result.err().map(|error| error.kind());
    println!("{:?}", kind(File::open("/missing")));
    println!("{:?}", kind(File::open("/hello.txt/x")));
    println!("{:?}", kind(File::create("/sub")));
    println!("{:?}", kind(File::create_new("/hello.txt")));
    println!("{:?}", fs::remove_dir("/sub").err().map(|error| error.kind()));
    println!("{:?}", fs::remove_file("/sub").is_err());
    println!("{:?}", File::open("/dangling").err().map(|error| error.kind()) == Some(ErrorKind::NotFound));
    fs::remove_dir_all("/sub")?;
    println!("{}", fs::exists("/sub")?);
    Ok(())
}
