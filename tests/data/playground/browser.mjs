// A browser without windows, which is driven by its protocol over a pipe.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const MOST_SECONDS = 20;

export class Browser {
  #process;
  #profile = mkdtempSync(path.join(tmpdir(), "browser-"));
  #calls = new Map();
  #count = 0;
  #rest = "";
  #session;
  /** Messages of the page's console, and requests that it has made for anything but its own data. */
  messages = [];
  requests = [];

  constructor(program) {
    const options = ["--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", `--user-data-dir=${this.#profile}`];
    this.#process = spawn(program, options, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.#process.stdio[4].on("data", (data) => this.#read(String(data)));
  }

  #read(text) {
    const parts = (this.#rest + text).split("\0");
    this.#rest = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) this.#take(message);
  }

  #take({ id, method, params, result, error }) {
    if (id !== undefined) {
      const { resolve, reject } = this.#calls.get(id);
      return error ? reject(new Error(error.message)) : resolve(result);
    }
    if (method === "Runtime.consoleAPICalled") this.messages.push(params.args.map((arg) => arg.value ?? arg.description).join(" "));
    if (method === "Runtime.exceptionThrown") this.messages.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Log.entryAdded") this.messages.push(params.entry.text);
    if (method === "Network.requestWillBeSent" && !/^(data|blob):/.test(params.request.url)) this.requests.push(params.request.url);
  }

  send(method, params = {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.#count;
      this.#calls.set(id, { resolve, reject });
      this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    });
  }

  async open(url, { width = 1180, height = 900, dark = false } = {}) {
    if (!this.#session) {
      const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
      ({ sessionId: this.#session } = await this.send("Target.attachToTarget", { targetId, flatten: true }));
      for (const domain of ["Page", "Runtime", "Log", "Network", "DOM"]) await this.send(`${domain}.enable`);
    }
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.send("Emulation.setEmulatedMedia", { features });
    await this.send("Page.navigate", { url });
  }

  /** The value of an expression in the page. */
  async get(expression) {
    const given = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", given);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true. */
  async until(expression) {
    for (const end = Date.now() + MOST_SECONDS * 1000; Date.now() < end; ) {
      if (await this.get(expression).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`not in ${MOST_SECONDS} seconds: ${expression}\n${this.messages.join("\n")}\n${await this.get("document.body.innerText")}`);
  }

  async click(selector) {
    const at = `document.querySelector(${JSON.stringify(selector)})`;
    await this.get(`${at}.scrollIntoView({ block: "center" })`);
    const { x, y } = await this.get(`(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(${at}.getBoundingClientRect())`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  async press(key, modifiers = 0) {
    const given = { key, code: key, text: key === "Enter" ? "\r" : undefined, modifiers, windowsVirtualKeyCode: { Tab: 9, Enter: 13, " ": 32 }[key] };
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...given });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...given });
  }

  type(text) {
    return this.send("Input.insertText", { text });
  }

  /** Drops files at a selector, as a person does from a folder. */
  async drop(selector, ...files) {
    await this.get(`document.querySelector(${JSON.stringify(selector)}).scrollIntoView({ block: "center" })`);
    const { x, y } = await this.get(`(({ x, y }) => ({ x: x + 9, y: y + 9 }))(document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect())`);
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) await this.send("Input.dispatchDragEvent", { type, x, y, data });
  }

  async screenshot(file) {
    const { data } = await this.send("Page.captureScreenshot", { captureBeyondViewport: true });
    writeFileSync(file, Buffer.from(data, "base64"));
  }

  async close() {
    const ended = new Promise((resolve) => this.#process.on("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
