// The file system and the terminal of this machine, by Node.

import fs from "node:fs";
import path from "node:path";

import { Descriptor, DirectoryEntryStream, datetime, newTime } from "./descriptor.js";

const CODES = {
  EACCES: "access",
  EAGAIN: "would-block",
  EBADF: "bad-descriptor",
  EBUSY: "busy",
  EDQUOT: "quota",
  EEXIST: "exist",
  EFBIG: "file-too-large",
  EINVAL: "invalid",
  EIO: "io",
  EISDIR: "is-directory",
  ELOOP: "loop",
  EMLINK: "too-many-links",
  ENAMETOOLONG: "name-too-long",
  ENODEV: "no-device",
  ENOENT: "no-entry",
  ENOMEM: "insufficient-memory",
  ENOSPC: "insufficient-space",
  ENOTDIR: "not-directory",
  ENOTEMPTY: "not-empty",
  ENOTSUP: "unsupported",
  ENXIO: "no-such-device",
  EPERM: "not-permitted",
  EPIPE: "pipe",
  EROFS: "read-only",
  ESPIPE: "invalid-seek",
  ETXTBSY: "text-file-busy",
  EXDEV: "cross-device",
};

/** Does what may fail by an error of Node, which becomes WASI's. */
function attempt(action) {
  try {
    return action();
  } catch (error) {
    throw error.code ? (CODES[error.code] ?? "io") : error;
  }
}

function typeOf(entry) {
  if (entry.isDirectory()) return "directory";
  if (entry.isFile()) return "regular-file";
  if (entry.isSymbolicLink()) return "symbolic-link";
  if (entry.isFIFO()) return "fifo";
  if (entry.isSocket()) return "socket";
  if (entry.isCharacterDevice()) return "character-device";
  return entry.isBlockDevice() ? "block-device" : "unknown";
}

function statOf(found) {
  return {
    type: typeOf(found),
    linkCount: found.nlink,
    size: found.size,
    dataAccessTimestamp: datetime(found.atimeNs),
    dataModificationTimestamp: datetime(found.mtimeNs),
    statusChangeTimestamp: datetime(found.ctimeNs),
  };
}

const hashOf = ({ dev, ino }) => ({ lower: BigInt.asUintN(64, ino), upper: BigInt.asUintN(64, dev) });

/** Seconds since 1970, which Node has for times. */
const seconds = (nanoseconds) => Number(nanoseconds) / 1e9;

class NodeDescriptor extends Descriptor {
  /** A directory is a path, and a file an open descriptor of Node besides. */
  constructor(path, flags, file) {
    super(flags);
    this.path = path;
    this.file = file;
  }

  [Symbol.for("dispose")]() {
    if (this.file !== undefined) fs.closeSync(this.file);
  }

  at(name) {
    return path.join(this.path, name);
  }

  found(name, flags) {
    const stat = flags.symlinkFollow ? fs.statSync : fs.lstatSync;
    return attempt(() => stat(this.at(name), { bigint: true }));
  }

  own() {
    const { file } = this;
    return attempt(() => (file === undefined ? fs.statSync(this.path, { bigint: true }) : fs.fstatSync(file, { bigint: true })));
  }

  needsFile() {
    if (this.file === undefined) throw "is-directory";
    return this.file;
  }

  read(length, offset) {
    const bytes = new Uint8Array(Number(length));
    const file = this.needsFile();
    const size = attempt(() => fs.readSync(file, bytes, 0, bytes.length, offset));
    return [bytes.subarray(0, size), size < bytes.length];
  }

  write(bytes, offset) {
    const file = this.needsFile();
    for (let at = 0; at < bytes.length; ) {
      at += attempt(() => fs.writeSync(file, bytes, at, bytes.length - at, Number(offset) + at));
    }
    return BigInt(bytes.length);
  }

  setSize(size) {
    const file = this.needsFile();
    attempt(() => fs.ftruncateSync(file, Number(size)));
  }

  sync() {
    if (this.file !== undefined) attempt(() => fs.fsyncSync(this.file));
  }

  syncData() {
    this.sync();
  }

  stat() {
    return statOf(this.own());
  }

  statAt(flags, name) {
    return statOf(this.found(name, flags));
  }

  setTimes(accessed, modified) {
    const found = this.own();
    const times = [newTime(accessed) ?? found.atimeNs, newTime(modified) ?? found.mtimeNs].map(seconds);
    attempt(() => (this.file === undefined ? fs.utimesSync(this.path, ...times) : fs.futimesSync(this.file, ...times)));
  }

  setTimesAt(flags, name, accessed, modified) {
    const found = this.found(name, flags);
    const times = [newTime(accessed) ?? found.atimeNs, newTime(modified) ?? found.mtimeNs].map(seconds);
    attempt(() => (flags.symlinkFollow ? fs.utimesSync : fs.lutimesSync)(this.at(name), ...times));
  }

  readDirectory() {
    const entries = attempt(() => fs.readdirSync(this.path, { withFileTypes: true }));
    return new DirectoryEntryStream(entries.map((entry) => ({ name: entry.name, type: typeOf(entry) })));
  }

  openAt(pathFlags, name, open, flags) {
    const { O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW = 0, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;
    const at = this.at(name);
    const isDirectory = fs.statSync(at, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isDirectory) {
      if (flags.write || open.create || open.truncate) throw open.exclusive ? "exist" : "is-directory";
      return new NodeDescriptor(at, flags);
    }
    if (open.directory) throw fs.existsSync(at) ? "not-directory" : "no-entry";
    let how = flags.write ? (flags.read ? O_RDWR : O_WRONLY) : O_RDONLY;
    if (open.create) how |= O_CREAT;
    if (open.exclusive) how |= O_EXCL;
    if (open.truncate) how |= O_TRUNC;
    if (!pathFlags.symlinkFollow) how |= O_NOFOLLOW;
    return new NodeDescriptor(at, flags, attempt(() => fs.openSync(at, how)));
  }

  createDirectoryAt(name) {
    attempt(() => fs.mkdirSync(this.at(name)));
  }

  symlinkAt(target, name) {
    attempt(() => fs.symlinkSync(target, this.at(name)));
  }

  readlinkAt(name) {
    return attempt(() => fs.readlinkSync(this.at(name)));
  }

  linkAt(flags, name, descriptor, newName) {
    const from = flags.symlinkFollow ? attempt(() => fs.realpathSync(this.at(name))) : this.at(name);
    attempt(() => fs.linkSync(from, descriptor.at(newName)));
  }

  unlinkFileAt(name) {
    attempt(() => fs.unlinkSync(this.at(name)));
  }

  removeDirectoryAt(name) {
    attempt(() => fs.rmdirSync(this.at(name)));
  }

  renameAt(name, descriptor, newName) {
    attempt(() => fs.renameSync(this.at(name), descriptor.at(newName)));
  }

  metadataHash() {
    return hashOf(this.own());
  }

  metadataHashAt(flags, name) {
    return hashOf(this.found(name, flags));
  }
}

/** All directories below a root. */
export const preopens = (root) => [[new NodeDescriptor(root, { read: true, mutateDirectory: true }), "/"]];

/** Gives bytes of standard input, which may be one that does not wait. */
export function stdin(length) {
  const bytes = new Uint8Array(length);
  for (;;) {
    try {
      return bytes.subarray(0, fs.readSync(0, bytes, 0, length, null));
    } catch (error) {
      if (error.code === "EOF") return bytes.subarray(0, 0);
      if (error.code !== "EAGAIN") throw CODES[error.code] ?? "io";
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Takes bytes for an output, all of them, though a pipe may be full. */
export const output = (file) => (bytes) => {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(file, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw CODES[error.code] ?? "io";
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
};
