//! Static libraries in the format that `ar` of GNU and of LLVM writes.
//!
//! Each member follows a header of 60 characters. The first member, named `/`, is an index from symbols to the members
//! that define them. Owner and date are always 0, so archives are reproducible.

use anyhow::{Context, Result, ensure};

const MAGIC: &[u8] = b"!<arch>\n";

/// One object in an archive.
pub struct Member<'a> {
    /// At most 15 characters; longer names would need a table.
    pub name: &'a str,
    pub object: &'a [u8],
    /// The global symbols that it defines.
    pub symbols: &'a [String],
}

/// An archive with one member.
pub fn archive(member: &Member<'_>) -> Result<Vec<u8>> {
    ensure!(member.name.len() < 16, "the name `{}` is too long for an archive", member.name);
    let size = 4 * (1 + member.symbols.len()) + member.symbols.iter().map(|name| name.len() + 1).sum::<usize>();
    // The member begins behind the index.
    let member_at = u32::try_from(MAGIC.len() + HEADER + size.next_multiple_of(2)).context("too many symbols")?;
    let mut index = u32::try_from(member.symbols.len())?.to_be_bytes().to_vec();
    for _ in member.symbols {
        index.extend(member_at.to_be_bytes());
    }
    for name in member.symbols {
        index.extend(name.as_bytes());
        index.push(0);
    }
    let mut out = MAGIC.to_vec();
    append(&mut out, "/", &index);
    append(&mut out, &format!("{}/", member.name), member.object);
    Ok(out)
}

const HEADER: usize = 60;

/// Appends a member: a header (name, date, owner, group, mode, size) and its content, padded to an even size.
fn append(out: &mut Vec<u8>, name: &str, content: &[u8]) {
    let (date, owner, group, mode, size) = (0, 0, 0, "644", content.len());
    out.extend(format!("{name:<16}{date:<12}{owner:<6}{group:<6}{mode:<8}{size:<10}`\n").into_bytes());
    out.extend(content);
    if !content.len().is_multiple_of(2) {
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_points_to_the_member() {
        let symbols = ["one", "another"].map(String::from);
        for object in [&b"even"[..], b"odd"] {
            let bytes = archive(&Member { name: "thing.o", object, symbols: &symbols }).unwrap();
            let index = &bytes[MAGIC.len() + HEADER..];
            assert_eq!(index[..4], 2_u32.to_be_bytes());
            assert_eq!(&index[12..24], b"one\0another\0");
            for place in [&index[4..8], &index[8..12]] {
                let at = u32::from_be_bytes(place.try_into().unwrap()) as usize;
                let (header, content) = bytes[at..].split_at(HEADER);
                assert!(header.starts_with(b"thing.o/  ") && header.ends_with(b"`\n"));
                assert_eq!(&content[..object.len()], object);
            }
            assert_eq!(bytes.len() % 2, 0);
        }
        assert!(archive(&Member { name: "a-name-too-long.o", object: b"", symbols: &symbols }).is_err());
    }
}
