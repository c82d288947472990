// wasi:http for a component that answers one request. All of the request is there from the start, and its answer is read at
// the end.

import { InputStream, OutputStream, Pollable } from "#host/io.js";

const bytes = (text) => new TextEncoder().encode(text);
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

class Fields {
  #pairs;

  constructor(pairs = []) {
    this.#pairs = pairs;
  }

  static fromList(pairs) {
    return new Fields(pairs);
  }

  #others(name) {
    return this.#pairs.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  }

  entries() {
    return this.#pairs;
  }

  get(name) {
    const others = this.#others(name);
    return this.#pairs.filter((pair) => !others.includes(pair)).map(([, value]) => value);
  }

  has(name) {
    return this.get(name).length > 0;
  }

  set(name, values) {
    this.#pairs = [...this.#others(name), ...values.map((value) => [name, value])];
  }

  delete(name) {
    this.#pairs = this.#others(name);
  }

  append(name, value) {
    this.#pairs.push([name, value]);
  }

  clone() {
    return new Fields([...this.#pairs]);
  }
}

class FutureTrailers {
  subscribe() {
    return new Pollable();
  }

  /** There are none. */
  get() {
    return { tag: "ok", val: { tag: "ok", val: undefined } };
  }
}

class IncomingBody {
  #content;

  constructor(content) {
    this.#content = content;
  }

  stream() {
    let at = 0;
    return new InputStream((length) => this.#content.subarray(at, (at += Math.min(length, this.#content.length - at))));
  }

  static finish() {
    return new FutureTrailers();
  }
}

class IncomingRequest {
  #request;

  constructor(request) {
    this.#request = request;
  }

  method() {
    const { method } = this.#request;
    return METHODS.includes(method) ? { tag: method.toLowerCase() } : { tag: "other", val: method };
  }

  pathWithQuery() {
    return this.#request.path;
  }

  scheme() {
    return { tag: "HTTP" };
  }

  authority() {
    return "localhost";
  }

  headers() {
    return new Fields(this.#request.headers.map(([name, value]) => [name, bytes(value)]));
  }

  consume() {
    return new IncomingBody(bytes(this.#request.body));
  }
}

class OutgoingBody {
  parts = [];

  write() {
    return new OutputStream((part) => this.parts.push(part.slice()));
  }

  static finish() {}
}

class OutgoingResponse {
  status = 200;
  content = new OutgoingBody();
  #headers;

  constructor(headers) {
    this.#headers = headers;
  }

  statusCode() {
    return this.status;
  }

  setStatusCode(status) {
    this.status = status;
  }

  headers() {
    return this.#headers;
  }

  body() {
    return this.content;
  }
}

class ResponseOutparam {
  static set(outparam, result) {
    outparam.result = result;
  }
}

export const http = {
  "wasi:http/types": {
    Fields,
    FutureTrailers,
    IncomingBody,
    IncomingRequest,
    OutgoingBody,
    OutgoingResponse,
    ResponseOutparam,
    httpErrorCode: () => undefined,
  },
};

/** Gives a request to a handler, and returns what it answers: a status, headers, and the body as bytes. */
export async function answer(handler, request) {
  const outparam = new ResponseOutparam();
  try {
    handler.handle(new IncomingRequest(request), outparam);
  } catch (error) {
    // A program may exit behind its answer.
    if (!outparam.result) throw error;
  }
  const { tag, val } = outparam.result ?? { tag: "err", val: { tag: "no answer" } };
  if (tag === "err") throw new Error(`the handler gives the error ${val.tag}`);
  const headers = val.headers().entries().map(([name, value]) => [name, new TextDecoder().decode(value)]);
  const body = new Uint8Array(await new Blob(val.content.parts).arrayBuffer());
  return { status: val.status, headers, body };
}
