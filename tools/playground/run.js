// The card that runs the component, in a worker of its own that can be stopped.

import { variables } from "./fields.js";
import { Tool } from "./tool.js";
import { words } from "./words.js";

const $ = (id) => document.getElementById(id);

/** The fields of the form, with their values in the beginning. */
export const FIELDS = { args: "", env: "", stdin: "", method: "GET", path: "/", headers: "", body: "" };

/** Lines `Name: value` as pairs. */
const pairs = (text) => [...text.matchAll(/^\s*([^:\s]+)\s*:\s*(.*?)\s*$/gm)].map(([, name, value]) => [name, value]);

export class Run {
  #component;
  #name;
  #worker;
  /** The contents of the files in the folder, by path. */
  #files = {};

  constructor() {
    $("program").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    $("stop").addEventListener("click", () => this.#ended("stopped"));
    $("add").addEventListener("change", ({ target }) => this.add([...target.files]));
  }

  /** Takes another component, or none. */
  use(component, name) {
    if (this.#worker) this.#ended("");
    this.#component = component;
    this.#name = name;
    $("start").disabled = !component;
    $("status").textContent = "";
    $("output").textContent = "";
  }

  /** Shows the fields of a request, or those of a command. */
  serves(requests) {
    for (const field of document.querySelectorAll("[data-of]")) field.hidden = (field.dataset.of === "request") !== requests;
    $("start").textContent = requests ? "Send" : "Run";
  }

  get() {
    return Object.fromEntries(Object.keys(FIELDS).map((name) => [name, $(name).value]));
  }

  set({ files, ...values }) {
    for (const [name, value] of Object.entries(FIELDS)) $(name).value = values[name] ?? value;
    if (files) this.#files = { ...files };
    this.#list();
  }

  /** Puts files into the folder. */
  async add(files) {
    for (const file of files) this.#files[file.name] = new Uint8Array(await file.arrayBuffer());
    this.#list();
  }

  async #start() {
    const { args, env, stdin, method, path, headers, body } = this.get();
    $("output").textContent = "";
    $("status").textContent = "Running …";
    $("start").disabled = true;
    $("stop").hidden = false;
    const worker = (this.#worker = new Tool("jco"));
    const given = {
      component: this.#component,
      args: [this.#name, ...words(args)],
      env: variables(env),
      stdin: new TextEncoder().encode(stdin),
      files: this.#files,
      request: { method, path, headers: pairs(headers), body },
    };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const write = ([[stream, bytes]]) => this.#write(stream, decoders[stream].decode(bytes, { stream: true }));
    try {
      const { status, trap, response, files } = await worker.call("run", given, (part) => this.#worker === worker && write(Object.entries(part)));
      if (this.#worker !== worker) return;
      this.#list(files);
      if (response) this.#respond(response);
      else this.#ended(trap === undefined ? `exit status ${status}` : `trap: ${trap}`);
    } catch ({ message }) {
      if (this.#worker === worker) this.#ended(message);
    }
  }

  #ended(status) {
    this.#worker?.end();
    this.#worker = undefined;
    $("status").textContent = status;
    $("start").disabled = !this.#component;
    $("stop").hidden = true;
  }

  #respond({ status, headers, body }) {
    this.#write("headers", headers.map(([name, value]) => `${name}: ${value}\n`).join("") + "\n");
    this.#write("stdout", new TextDecoder().decode(body));
    this.#ended(`HTTP status ${status}`);
  }

  #write(stream, text) {
    const output = $("output");
    const span = Object.assign(document.createElement("span"), { className: stream, textContent: text });
    output.append(span);
    output.scrollTop = output.scrollHeight;
  }

  /** Shows the folder, and what a run has changed in it. */
  #list(after) {
    const before = this.#files;
    if (after) this.#files = after;
    const rows = Object.entries(this.#files).map(([path, contents]) => {
      const row = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { textContent: path, download: path.split("/").pop() });
      link.href = URL.createObjectURL(new Blob([contents]));
      if (after && !same(before[path], contents)) link.className = "new";
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `remove ${path}`);
      remove.addEventListener("click", () => {
        delete this.#files[path];
        this.#list();
      });
      row.append(link, remove);
      return row;
    });
    $("folder").replaceChildren(...rows);
  }
}

function same(one, two) {
  const bytes = (contents) => (typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
  const [first, second] = [bytes(one ?? new Uint8Array([0])), bytes(two)];
  return first.length === second.length && first.every((byte, at) => byte === second[at]);
}
