//! From a path to a place, in the way of Linux below a directory (`openat2` with `RESOLVE_BENEATH`), by which preview1 hosts
//! look up paths.

use super::image::{Image, Mount};
use super::place::{Place, Target};
use super::{Tree, can_write};
use crate::errno::{Errno, Result};
use crate::sealed_data::Text;
use crate::types::filetype;

/// The most links that are followed.
const LINKS: usize = 40;
/// The most bytes of a path, with its terminator.
const PATH: usize = 4096;

/// The place that `path` leads to from a directory. A link at the end of the path itself may be followed.
pub fn place(tree: &Tree<'_>, directory: Place, path: &[u8], follow: bool) -> Result<Place> {
    check(path)?;
    Walk::new(tree, directory, path, Last { follow, ..Last::default() }).run()
}

/// The same, where a file is made if there is nothing, or must be if `exclusive`.
pub fn create(tree: &Tree<'_>, directory: Place, path: &[u8], follow: bool, exclusive: bool) -> Result<Place> {
    check(path)?;
    Walk::new(tree, directory, path, Last { follow: follow && !exclusive, create: true, exclusive }).run()
}

/// The directory that is preopened under the name of a mount.
pub fn mount(tree: &Tree<'_>, mount: &Mount) -> Result<Place> {
    let (start, len) = mount.path();
    let root = Image::root();
    let mut walk = Walk::new(tree, Place::of_node(tree, root, Image::node(root))?, &[], Last::default());
    walk.targets[0] = Target::sealed(start, len);
    walk.depth = 1;
    walk.run()
}

/// The directory around what `path` leads to, and the last name. There is none if the path ends with a slash or a dot, or
/// leads to a directory above: then the directory is what it leads to.
pub fn parent<'a>(tree: &Tree<'_>, directory: Place, path: &'a [u8]) -> Result<(Place, Option<&'a [u8]>)> {
    if path.contains(&0) {
        return Err(Errno::INVAL);
    }
    let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (before, name) = path.split_at_checked(start).unwrap_or_default();
    let (before, name) = match name {
        [] => (path, None),
        [b'.'] if before.is_empty() => return Ok((directory, None)),
        [b'.'] | [b'.', b'.'] => (path, None),
        name => (before, Some(name)),
    };
    let parent = if name.is_some() && before.is_empty() { directory } else { place(tree, directory, before, true)? };
    if parent.is_directory() { Ok((parent, name)) } else { Err(Errno::NOTDIR) }
}

/// A path without slashes at its end.
pub fn without_slashes(mut path: &[u8]) -> &[u8] {
    while let [rest @ .., b'/'] = path
        && !rest.is_empty()
    {
        path = rest;
    }
    path
}

/// The place of a path's single name, if it has no more than one. Hosts look that up without following a link, even where a
/// slash follows.
pub fn single(tree: &Tree<'_>, directory: Place, path: &[u8]) -> Option<Result<Place>> {
    let mut names = path.split(|byte| *byte == b'/');
    let name = names.next().filter(|name| !name.is_empty() && !is_dot(name) && !is_dots(name))?;
    if !names.all(|rest| rest.is_empty() || is_dot(rest)) {
        return None;
    }
    Some(check(path).and_then(|()| directory.find(tree, name)))
}

fn check(path: &[u8]) -> Result {
    match path {
        [] => Err(Errno::NOENT),
        _ if path.contains(&0) => Err(Errno::INVAL),
        _ if path.len() >= PATH => Err(Errno::NAMETOOLONG),
        _ => Ok(()),
    }
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

impl Target {
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

/// The treatment of the last name of a path.
#[derive(Clone, Copy, Default)]
struct Last {
    follow: bool,
    /// True if a file is made where there is nothing.
    create: bool,
    /// True if there must be nothing.
    exclusive: bool,
}

/// A walk along a path. Where it follows a link, the link's target comes before what is left of the path.
struct Walk<'a> {
    tree: &'a Tree<'a>,
    /// The directory that is not left.
    base: Place,
    at: Place,
    last: Last,
    /// The part of the path itself that is left.
    path: &'a [u8],
    /// The parts of the targets of links that are left, the innermost last.
    targets: [Target; LINKS],
    depth: usize,
    followed: usize,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a Tree<'a>, base: Place, path: &'a [u8], last: Last) -> Self {
        Self { tree, base, at: base, last, path, targets: [Target::NONE; LINKS], depth: 0, followed: 0 }
    }

    fn run(mut self) -> Result<Place> {
        if let [b'/', ..] = self.path {
            return Err(Errno::PERM);
        }
        let (create, mut directory) = (can_write() && self.last.create, false);
        while let Some(name) = self.next()? {
            if !self.at.is_directory() {
                return Err(Errno::NOTDIR);
            }
            let name = name.as_slice();
            if is_dot(name) {
                continue;
            }
            if is_dots(name) {
                if self.at.is_same(&self.base) {
                    return Err(Errno::PERM);
                }
                self.at = self.at.parent();
                continue;
            }
            let following = self.following();
            directory |= following == Following::Slashes;
            let is_last = following != Following::Names;
            if create && is_last {
                if directory {
                    return Err(Errno::ISDIR);
                }
                match self.at.find(self.tree, name) {
                    Ok(_) if self.last.exclusive => return Err(Errno::EXIST),
                    Err(errno) if errno == Errno::NOENT => return self.make(name),
                    _ => {}
                }
            }
            let found = self.at.find(self.tree, name)?;
            if found.is_link() && (!is_last || directory || self.last.follow) {
                self.follow(&found)?;
            } else {
                self.at = found;
            }
        }
        if directory && !self.at.is_directory() {
            return Err(Errno::NOTDIR);
        }
        if create && self.last.exclusive { Err(Errno::EXIST) } else { Ok(self.at) }
    }

    /// Makes a file in the directory that was reached.
    #[cold]
    fn make(&self, name: &[u8]) -> Result<Place> {
        if self.at.has_numbers() {
            return Err(Errno::NOENT);
        }
        let directory = self.at.inode()?;
        Ok(self.tree.memfs()?.create(directory, name, filetype::REGULAR_FILE, &[], self.tree.now())?.into())
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
            while !rest.is_empty() {
                let text = rest.beginning();
                note(text.as_slice());
                rest.skip(text.as_slice().len());
            }
        }
        note(self.path);
        following
    }

    fn follow(&mut self, link: &Place) -> Result {
        let target = Target::of(link);
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
