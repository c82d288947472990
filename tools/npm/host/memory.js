// A file system in memory.

import { Descriptor, DirectoryEntryStream, datetime, newTime } from "./descriptor.js";

const MOST_LINKS = 40;
const EMPTY = new Uint8Array();
const now = () => BigInt(Date.now()) * 1000000n;

let nodes = 0n;

/** A file, a directory or a symbolic link: it has `data` and a `size`, or `entries`, or a `target`. */
class Node {
  constructor(contents) {
    Object.assign(this, contents);
    this.number = ++nodes;
    this.links = 1n;
    this.accessed = this.changed = this.modified = now();
  }

  static file(bytes = EMPTY) {
    return new Node({ data: bytes, size: bytes.length });
  }

  static directory() {
    return new Node({ entries: new Map() });
  }

  get type() {
    if (this.entries) return "directory";
    return this.target === undefined ? "regular-file" : "symbolic-link";
  }

  get bytes() {
    return this.data.subarray(0, this.size);
  }

  touch() {
    this.modified = this.changed = now();
  }

  resize(size) {
    if (size > this.data.length) {
      const data = new Uint8Array(Math.max(size, Math.min(2 * this.data.length, this.data.length + (64 << 20))));
      data.set(this.bytes);
      this.data = data;
    } else {
      this.data.fill(0, size, Math.max(size, this.size));
    }
    this.size = size;
    this.touch();
  }

  add(name, node) {
    this.entries.set(name, node);
    this.touch();
  }

  remove(name) {
    this.entries.get(name).links--;
    this.entries.delete(name);
    this.touch();
  }
}

const fail = (code) => {
  throw code;
};

const names = (path) => path.split("/").filter((name) => name !== "" && name !== ".");

/**
 * Follows a path from a directory. It gives the directory of the last name, that name, and what it names, if anything. No way
 * leads above the directory.
 */
function walk(root, path, follow) {
  if (path.startsWith("/")) fail("not-permitted");
  const above = [root];
  const rest = names(path);
  const mustBeDirectory = /(^|\/)\.?\.?$/.test(path);
  let followed = 0;
  let name = ".";
  let node = root;
  while (rest.length > 0) {
    const parent = above.at(-1);
    if (!parent.entries) fail("not-directory");
    name = rest.shift();
    if (name === "..") {
      if (above.length === 1) fail("not-permitted");
      above.pop();
      node = above.at(-1);
      name = ".";
      continue;
    }
    node = parent.entries.get(name);
    if (node?.target !== undefined && (rest.length > 0 || follow || mustBeDirectory)) {
      if (++followed > MOST_LINKS) fail("loop");
      if (node.target.startsWith("/")) fail("not-permitted");
      rest.unshift(...names(node.target));
      continue;
    }
    if (rest.length > 0) above.push(node ?? fail("no-entry"));
  }
  if (node && !node.entries && mustBeDirectory && path !== "") fail("not-directory");
  return { parent: above.at(-1), name, node };
}

/** What a path leads to. */
function find(root, path, follow) {
  return walk(root, path, follow).node ?? fail("no-entry");
}

/** The place of a new name. */
function place(root, path) {
  const { parent, name, node } = walk(root, path, false);
  if (node || name === ".") fail("exist");
  if (!parent.entries) fail("not-directory");
  return { parent, name };
}

class MemoryDescriptor extends Descriptor {
  constructor(node, flags) {
    super(flags);
    this.node = node;
  }

  read(length, offset) {
    if (this.node.entries) fail("is-directory");
    if (!this.flags.read) fail("bad-descriptor");
    const [from, size] = [Number(offset), this.node.size];
    const end = Math.min(from + Number(length), size);
    return [from < end ? this.node.data.slice(from, end) : EMPTY, end >= size];
  }

  write(bytes, offset) {
    if (!this.flags.write) fail("bad-descriptor");
    const end = Number(offset) + bytes.length;
    if (end > this.node.size) this.node.resize(end);
    this.node.data.set(bytes, Number(offset));
    this.node.touch();
    return BigInt(bytes.length);
  }

  setSize(size) {
    if (this.node.entries) fail("is-directory");
    if (!this.flags.write) fail("bad-descriptor");
    this.node.resize(Number(size));
  }

  sync() {}

  syncData() {}

  stat() {
    return stat(this.node);
  }

  statAt(flags, path) {
    return stat(find(this.node, path, flags.symlinkFollow));
  }

  setTimes(accessed, modified) {
    setTimes(this.node, accessed, modified);
  }

  setTimesAt(flags, path, accessed, modified) {
    setTimes(find(this.node, path, flags.symlinkFollow), accessed, modified);
  }

  readDirectory() {
    if (!this.node.entries) fail("not-directory");
    return new DirectoryEntryStream([...this.node.entries].map(([name, { type }]) => ({ name, type })));
  }

  openAt(pathFlags, path, open, flags) {
    const { parent, name, node: found } = walk(this.node, path, pathFlags.symlinkFollow && !open.exclusive);
    let node = found;
    if (node) {
      if (open.create && open.exclusive) fail("exist");
      if (node.target !== undefined) fail("loop");
      if (open.directory && !node.entries) fail("not-directory");
      if (node.entries && (flags.write || open.truncate || open.create)) fail("is-directory");
      if (open.truncate) node.resize(0);
    } else {
      if (!open.create) fail("no-entry");
      if (open.directory) fail("invalid");
      parent.add(name, (node = Node.file()));
    }
    return new MemoryDescriptor(node, flags);
  }

  createDirectoryAt(path) {
    const { parent, name } = place(this.node, path.replace(/\/+$/, ""));
    parent.add(name, Node.directory());
  }

  symlinkAt(target, path) {
    const { parent, name } = place(this.node, path);
    parent.add(name, new Node({ target }));
  }

  readlinkAt(path) {
    return find(this.node, path, false).target ?? fail("invalid");
  }

  linkAt(flags, path, descriptor, newPath) {
    const node = find(this.node, path, flags.symlinkFollow);
    if (node.entries) fail("not-permitted");
    const { parent, name } = place(descriptor.node, newPath);
    node.links++;
    parent.add(name, node);
  }

  unlinkFileAt(path) {
    const { parent, name, node } = walk(this.node, path, false);
    if (!node) fail("no-entry");
    if (node.entries) fail("is-directory");
    parent.remove(name);
  }

  removeDirectoryAt(path) {
    const { parent, name, node } = walk(this.node, path.replace(/\/+$/, ""), false);
    if (!node) fail("no-entry");
    if (!node.entries) fail("not-directory");
    if (name === ".") fail("invalid");
    if (node.entries.size > 0) fail("not-empty");
    parent.remove(name);
  }

  renameAt(path, descriptor, newPath) {
    const from = walk(this.node, path.replace(/\/+$/, ""), false);
    const to = walk(descriptor.node, newPath.replace(/\/+$/, ""), false);
    if (!from.node) fail("no-entry");
    if (from.name === "." || to.name === ".") fail("busy");
    if (from.node === to.node) return;
    if (from.node.entries && isWithin(to.parent, from.node)) fail("invalid");
    if (to.node) {
      if (to.node.entries && !from.node.entries) fail("is-directory");
      if (!to.node.entries && from.node.entries) fail("not-directory");
      if (to.node.entries?.size > 0) fail("not-empty");
      to.parent.remove(to.name);
    }
    from.node.links++;
    from.parent.remove(from.name);
    to.parent.add(to.name, from.node);
  }

  metadataHash() {
    return hash(this.node);
  }

  metadataHashAt(flags, path) {
    return hash(find(this.node, path, flags.symlinkFollow));
  }
}

function isWithin(node, directory) {
  return node === directory || [...directory.entries.values()].some((next) => next.entries && isWithin(node, next));
}

function stat(node) {
  return {
    type: node.type,
    linkCount: node.links,
    size: BigInt(node.size ?? new TextEncoder().encode(node.target ?? "").length),
    dataAccessTimestamp: datetime(node.accessed),
    dataModificationTimestamp: datetime(node.modified),
    statusChangeTimestamp: datetime(node.changed),
  };
}

function setTimes(node, accessed, modified) {
  node.accessed = newTime(accessed) ?? node.accessed;
  node.modified = newTime(modified) ?? node.modified;
  node.changed = now();
}

function hash(node) {
  return { lower: node.number, upper: 0n };
}

/** A directory in memory; `files` are bytes or texts by path. */
export class Memory {
  constructor(files = {}) {
    this.root = Node.directory();
    for (const [path, contents] of Object.entries(files)) this.add(path, contents);
  }

  add(path, contents) {
    const name = names(path);
    const last = name.pop();
    let directory = this.root;
    for (const each of name) {
      if (!directory.entries.has(each)) directory.add(each, Node.directory());
      directory = directory.entries.get(each);
    }
    directory.add(last, Node.file(typeof contents === "string" ? new TextEncoder().encode(contents) : contents));
  }

  /** The bytes of a file, or nothing if there is none. */
  read(path) {
    try {
      return find(this.root, names(path).join("/"), true).bytes;
    } catch (error) {
      if (error === "no-entry" || error === "not-directory") return undefined;
      throw error;
    }
  }

  /** The bytes of all files by path. */
  *files(directory = this.root, path = "") {
    for (const [name, node] of directory.entries) {
      if (node.entries) yield* this.files(node, `${path}${name}/`);
      else if (node.data) yield [path + name, node.bytes];
    }
  }

  descriptor() {
    return new MemoryDescriptor(this.root, { read: true, write: true, mutateDirectory: true });
  }
}
