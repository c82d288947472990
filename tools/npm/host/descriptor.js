// wasi:filesystem: what all descriptors have in common. Those of memory and of Node add the rest.

import { InputStream, IoError, OutputStream } from "./io.js";

export class Descriptor {
  /** `flags` are `read`, `write` and `mutateDirectory`, and those by which it writes. */
  constructor(flags) {
    this.flags = flags;
  }

  readViaStream(offset) {
    let at = Number(offset);
    return new InputStream((length) => {
      const [bytes] = this.read(BigInt(length), BigInt(at));
      at += bytes.length;
      return bytes;
    });
  }

  writeViaStream(offset) {
    let at = Number(offset);
    return new OutputStream((bytes) => {
      this.write(bytes, BigInt(at));
      at += bytes.length;
    });
  }

  appendViaStream() {
    return new OutputStream((bytes) => this.write(bytes, this.stat().size));
  }

  getFlags() {
    return this.flags;
  }

  getType() {
    return this.stat().type;
  }

  advise() {}

  isSameObject(other) {
    const [one, two] = [this.metadataHash(), other.metadataHash()];
    return one.lower === two.lower && one.upper === two.upper;
  }
}

/** The names in a directory, which it has when it is opened. */
export class DirectoryEntryStream {
  constructor(entries) {
    this.entries = entries[Symbol.iterator]();
  }

  readDirectoryEntry() {
    return this.entries.next().value;
  }
}

/** A time of WASI of nanoseconds since 1970. */
export function datetime(time) {
  return { seconds: time / 1000000000n, nanoseconds: Number(time % 1000000000n) };
}

/** Nanoseconds since 1970 of what `set-times` is given; nothing if they stay. */
export function newTime({ tag, val }) {
  if (tag === "no-change") return undefined;
  return tag === "now" ? BigInt(Date.now()) * 1000000n : val.seconds * 1000000000n + BigInt(val.nanoseconds);
}

export function filesystem(preopens) {
  return {
    "wasi:filesystem/preopens": { Descriptor, getDirectories: () => preopens },
    "wasi:filesystem/types": {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: (error) => (error instanceof IoError ? error.code : undefined),
    },
  };
}
