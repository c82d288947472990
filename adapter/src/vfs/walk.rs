//! From a path to a node, in the way of Linux below a directory (`openat2` with `RESOLVE_BENEATH`), by which preview1 hosts
//! look up paths.

use super::image::{Image, Index, Node};
use crate::errno::{Errno, Result};
use crate::sealed_data::Text;

/// The most links that are followed.
const LINKS: usize = 40;
/// The most bytes of a path, with its terminator.
const PATH: usize = 4096;

/// The node that `path` leads to from a directory. A link at the end of the path itself may be followed.
pub fn node(image: &Image, directory: Index, path: &[u8], follow: bool) -> Result<(Index, Node)> {
    check(path)?;
    let at = (directory, Image::node(directory));
    Walk { image, base: directory, at, path, targets: [Rest::NONE; LINKS], depth: 0, followed: 0 }.run(follow)
}

/// The node of a path's single name, if it has no more than one. Hosts look that up without following a link, even where a
/// slash follows.
pub fn single(image: &Image, directory: Index, path: &[u8]) -> Option<Result<(Index, Node)>> {
    let mut names = path.split(|byte| *byte == b'/');
    let name = names.next().filter(|name| !name.is_empty() && !is_dot(name) && !is_dots(name))?;
    if !names.all(|rest| rest.is_empty() || is_dot(rest)) {
        return None;
    }
    Some(check(path).and_then(|()| find(image, directory, name)))
}

fn check(path: &[u8]) -> Result {
    match path {
        [] => Err(Errno::NOENT),
        _ if path.contains(&0) => Err(Errno::INVAL),
        _ if path.len() >= PATH => Err(Errno::NAMETOOLONG),
        _ => Ok(()),
    }
}

fn find(image: &Image, directory: Index, name: &[u8]) -> Result<(Index, Node)> {
    if name.len() > Text::MOST {
        return Err(Errno::NAMETOOLONG);
    }
    image.lookup(directory, name).ok_or(Errno::NOENT)
}

fn is_dot(name: &[u8]) -> bool {
    matches!(name, [b'.'])
}

fn is_dots(name: &[u8]) -> bool {
    matches!(name, [b'.', b'.'])
}

/// A name in a path.
#[allow(clippy::large_enum_variant)] // One at a time, on the stack: there is no allocator.
enum Name<'a> {
    OfPath(&'a [u8]),
    OfTarget(Text),
}

impl Name<'_> {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::OfPath(name) => name,
            Self::OfTarget(text) => text.as_slice(),
        }
    }
}

/// The part of a link's target that is left.
#[derive(Clone, Copy)]
struct Rest {
    start: u32,
    len: u32,
}

impl Rest {
    const NONE: Self = Self { start: 0, len: 0 };

    fn beginning(self) -> Text {
        Text::read(self.start, self.len as usize)
    }

    fn skip(&mut self, bytes: usize) {
        self.start += bytes as u32;
        self.len -= bytes as u32;
    }

    /// Takes the next name.
    fn next(&mut self) -> Result<Option<Text>> {
        loop {
            let mut text = self.beginning();
            let bytes = text.as_slice();
            let slashes = slashes(bytes);
            if slashes > 0 {
                self.skip(slashes);
                continue;
            }
            let len = bytes.iter().position(|byte| *byte == b'/').unwrap_or(bytes.len());
            self.skip(len);
            if len == Text::MOST && self.beginning().as_slice().first().is_some_and(|byte| *byte != b'/') {
                return Err(Errno::NAMETOOLONG);
            }
            text.truncate(len);
            return Ok((len > 0).then_some(text));
        }
    }
}

/// The number of slashes that text begins with.
fn slashes(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b'/').count()
}

/// The text after a name.
#[derive(PartialEq, Eq)]
enum Following {
    Nothing,
    Slashes,
    Names,
}

/// A walk along a path. Where it follows a link, the link's target comes before what is left of the path.
struct Walk<'a> {
    image: &'a Image,
    /// The directory that is not left.
    base: Index,
    at: (Index, Node),
    /// The part of the path itself that is left.
    path: &'a [u8],
    /// The parts of the targets of links that are left, the innermost last.
    targets: [Rest; LINKS],
    depth: usize,
    followed: usize,
}

impl<'a> Walk<'a> {
    fn run(mut self, follow: bool) -> Result<(Index, Node)> {
        if let [b'/', ..] = self.path {
            return Err(Errno::PERM);
        }
        let mut directory = false;
        while let Some(name) = self.next()? {
            let (index, node) = self.at;
            if !node.is_directory() {
                return Err(Errno::NOTDIR);
            }
            let name = name.as_slice();
            if is_dot(name) {
                continue;
            }
            if is_dots(name) {
                if index == self.base {
                    return Err(Errno::PERM);
                }
                self.at = (node.parent(), Image::node(node.parent()));
                continue;
            }
            let found = find(self.image, index, name)?;
            let following = self.following();
            directory |= following == Following::Slashes;
            if found.1.is_link() && (following == Following::Names || directory || follow) {
                self.follow(&found.1)?;
            } else {
                self.at = found;
            }
        }
        if directory && !self.at.1.is_directory() {
            return Err(Errno::NOTDIR);
        }
        Ok(self.at)
    }

    /// Takes the next name.
    fn next(&mut self) -> Result<Option<Name<'a>>> {
        while let Some(target) = self.targets.get_mut(self.depth.wrapping_sub(1)) {
            if let Some(name) = target.next()? {
                return Ok(Some(Name::OfTarget(name)));
            }
            self.depth -= 1;
        }
        let path = self.path.get(slashes(self.path)..).unwrap_or_default();
        let len = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
        let (name, rest) = path.split_at_checked(len).unwrap_or_default();
        self.path = rest;
        Ok((!name.is_empty()).then_some(Name::OfPath(name)))
    }

    /// The kind of text that is left.
    fn following(&self) -> Following {
        let mut following = Following::Nothing;
        let mut note = |text: &[u8]| {
            let slashes = slashes(text);
            if slashes < text.len() {
                following = Following::Names;
            } else if slashes > 0 && following == Following::Nothing {
                following = Following::Slashes;
            }
        };
        for target in self.targets.iter().take(self.depth) {
            let mut rest = *target;
            while rest.len > 0 {
                let text = rest.beginning();
                note(text.as_slice());
                rest.skip(text.as_slice().len());
            }
        }
        note(self.path);
        following
    }

    fn follow(&mut self, link: &Node) -> Result {
        let target = Rest { start: link.start, len: link.len };
        if target.beginning().as_slice().first() == Some(&b'/') {
            return Err(Errno::PERM);
        }
        let place = self.targets.get_mut(self.depth).filter(|_| self.followed < LINKS).ok_or(Errno::LOOP)?;
        *place = target;
        self.depth += 1;
        self.followed += 1;
        Ok(())
    }
}
