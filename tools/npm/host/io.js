// wasi:io: errors, streams and pollables. Everything is at once: a stream is ready, and who waits for a time keeps this thread.

const CLOSED = { tag: "closed" };

class IoError extends Error {
  /** `code` is what `filesystem-error-code` tells of it. */
  constructor(code) {
    super(code);
    this.code = code;
  }

  toDebugString() {
    return this.message;
  }
}

/** Does what may fail by a code of an error, which is a stream's last then. */
function last(action) {
  try {
    return action();
  } catch (error) {
    if (typeof error !== "string") throw error;
    throw { tag: "last-operation-failed", val: new IoError(error) };
  }
}

/** `source` gives at most so many bytes, and none at the end. */
class InputStream {
  constructor(source) {
    this.source = source;
  }

  blockingRead(length) {
    if (length === 0n) return new Uint8Array();
    const bytes = last(() => this.source(Math.min(Number(length), 1 << 20)));
    if (bytes.length === 0) throw CLOSED;
    return bytes;
  }

  read(length) {
    return this.blockingRead(length);
  }

  blockingSkip(length) {
    return BigInt(this.blockingRead(length).length);
  }

  skip(length) {
    return this.blockingSkip(length);
  }

  subscribe() {
    return new Pollable();
  }
}

/** `sink` takes all of the bytes. */
class OutputStream {
  constructor(sink) {
    this.sink = sink;
  }

  checkWrite() {
    return 1n << 20n;
  }

  write(bytes) {
    last(() => this.sink(bytes));
  }

  blockingWriteAndFlush(bytes) {
    this.write(bytes);
  }

  flush() {}

  blockingFlush() {}

  writeZeroes(length) {
    this.write(new Uint8Array(Number(length)));
  }

  blockingWriteZeroesAndFlush(length) {
    this.writeZeroes(length);
  }

  splice(source, length) {
    const bytes = source.blockingRead(length);
    this.write(bytes);
    return BigInt(bytes.length);
  }

  blockingSplice(source, length) {
    return this.splice(source, length);
  }

  subscribe() {
    return new Pollable();
  }
}

const now = () => performance.now();

/** Ready from a time on, in milliseconds of `performance.now`. */
class Pollable {
  constructor(at = 0) {
    this.at = at;
  }

  ready() {
    return now() >= this.at;
  }

  block() {
    while (!this.ready()) sleep(this.at - now());
  }
}

/** Keeps this thread for a time, in Node without using the processor. */
function sleep(milliseconds) {
  if (typeof process !== "undefined") {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }
}

function poll(all) {
  const first = all.reduce((first, next) => (next.at < first.at ? next : first));
  first.block();
  return Uint32Array.from(all.keys()).filter((index) => all[index].ready());
}

export { InputStream, IoError, OutputStream, Pollable };

export const io = {
  "wasi:io/error": { Error: IoError },
  "wasi:io/streams": { InputStream, OutputStream },
  "wasi:io/poll": { Pollable, poll },
};
