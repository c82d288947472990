// Uses the page as a person does, with mouse and keyboard, and takes pictures of it.
//
// usage: test.mjs BROWSER PAGE TEXT LARGE LIBRARY ADAPTER PICTURES
//
// TEXT is a file of more than ten lines, LARGE a module of many megabytes, LIBRARY a component that `program.wat` has as a plug,
// ADAPTER one for commands, and PICTURES a directory.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { Browser } from "./browser.mjs";

const [program, page, lines, large, library, adapter, pictures] = process.argv.slice(2).map((argument) => path.resolve(argument));
const url = pathToFileURL(page).href;
const browser = new Browser(program);

const text = (id) => browser.get(`document.getElementById("${id}").textContent`);
const idle = `document.getElementById("report").getAttribute("aria-busy") === "false"`;
const settled = (verdict) => browser.until(`${idle} && document.getElementById("verdict").textContent.includes(${JSON.stringify(verdict)})`);
const ended = (status) => browser.until(`document.getElementById("status").textContent.startsWith(${JSON.stringify(status)})`);
const picture = (name) => browser.screenshot(path.join(pictures, `${name}.png`));
const beside = (name) => path.join(import.meta.dirname, name);
const sample = (id) => browser.click(`[data-sample="${id}"]`);
const BECOMES = "It becomes a component of";

async function enter(selector, value) {
  const at = `document.querySelector(${JSON.stringify(selector)})`;
  await browser.get(`{ ${at}.value = ${JSON.stringify(value)}; ${at}.dispatchEvent(new Event("input", { bubbles: true })); }`);
}

async function run(status, output) {
  await browser.click("#start");
  await ended(status);
  assert.equal(await text("output"), output);
}

const steps = {
  async "the first sample is linked and run"() {
    await browser.open(url);
    await settled(BECOMES);
    assert.equal(await text("command"), "wasi-adapt link hello.wat -o hello.component.wasm");
    assert.match(await text("picture"), /adapter.*wasi:cli.*exit.*wasi:io.*streams/s);
    await run("exit status 3", "hello\nerr\n");
    await picture("run");
  },

  async "the keyboard is enough"() {
    await browser.get(`document.getElementById("args").focus()`);
    await browser.type("one 'two three'");
    await browser.press("Enter");
    await browser.until(`!document.getElementById("stop").hidden`);
    await ended("exit status 3");
    const order = [];
    await browser.get(`document.activeElement.blur()`);
    await browser.get(`document.getSelection().removeAllRanges()`);
    for (let at = 0; at < 70; at++) {
      await browser.press("Tab");
      order.push(await browser.get(`document.activeElement.id || document.activeElement.dataset.sample || ""`));
    }
    for (const id of ["file", "hello", "wat", "copy", "download", "share", "args", "add", "start", "output"]) {
      assert(order.includes(id), `${id} is not reached by Tab: ${order}`);
    }
  },

  async "controls have names"() {
    await browser.send("Accessibility.enable");
    const { nodes } = await browser.send("Accessibility.getFullAXTree");
    const controls = ["button", "checkbox", "combobox", "link", "textbox", "listbox"];
    for (const { role, name, ignored } of nodes) {
      if (!ignored && controls.includes(role?.value)) assert(name.value, `a ${role.value} has no name`);
    }
  },

  async "options change the component and the command line"() {
    await browser.click('[data-deny="exit"]');
    await browser.until(`document.getElementById("command").textContent.includes("--deny exit")`);
    await settled(BECOMES);
    assert.doesNotMatch(await text("picture"), /exit/);
    await browser.click('[data-deny="exit"]');
    await browser.get(`document.querySelector('[data-field="host"] input').focus()`);
    await browser.type("wasmtime@45 nothing");
    await settled("a host is one of");
    await enter('[data-field="host"] input', "wasmtime@45");
    await settled(BECOMES);
    assert.match(await text("warnings"), /^wasmtime 45 needs/);
  },

  async "a link leads to the same"() {
    await browser.click("#share");
    await browser.until(`location.hash.includes("options")`);
    const linked = await browser.get("location.href");
    await browser.open("about:blank");
    await browser.open(linked);
    await settled(BECOMES);
    assert.match(await text("warnings"), /^wasmtime 45 needs/);
    assert.equal(await browser.get(`document.getElementById("args").value`), "one 'two three'");
    await browser.open("about:blank");
    await browser.open(url);
    await settled(BECOMES);
  },

  async "WIT, plugs, layers and adapters are options"() {
    await browser.drop("#drop", beside("program.wat"));
    await settled("It cannot become a component");
    await enter('[data-field="wit"] textarea', readFileSync(beside("add.wit"), "utf8"));
    await enter('[data-field="witWorld"] input', "program");
    await settled(BECOMES);
    assert.match(await text("picture"), /demo:add/);
    await browser.drop('[data-list="plug"]', library);
    await browser.until(`document.getElementById("command").textContent.includes("--plug")`);
    await settled(BECOMES);
    assert.doesNotMatch(await text("picture"), /demo:add/);
    await run("exit status 7", "");
    await browser.drop('[data-list="layers"]', beside("layer.wat"));
    await browser.until(`document.querySelector('[data-list="layers"] li')`);
    await enter('[data-list="layers"] li input', "env");
    await browser.until(`document.getElementById("command").textContent.includes("--serve env")`);
    await settled(BECOMES);
    await run("exit status 8", "");
    assert.equal(
      await text("command"),
      `wasi-adapt link program.wat --plug ${path.basename(library)} --layer layer.wat --serve env ` +
        "--wit world.wit --wit-world program -o program.component.wasm",
    );
    await picture("modules");
    await browser.drop('[data-list="adapt"]', adapter);
    await settled("It cannot become a component");
    await browser.click('[data-list="layers"] li button');
    await settled(BECOMES);
    assert.match(await text("command"), /--adapt wasi_snapshot_preview1=wasi_snapshot_preview1\.wasm/);
    await run("exit status 7", "");
  },

  async "a handler answers requests"() {
    await sample("greet");
    await browser.until(`document.getElementById("start").textContent === "Send"`);
    await settled(BECOMES);
    assert.equal(await text("command"), "wasi-adapt link greet.wasm --world http -o greet.component.wasm");
    await run("HTTP status 200", "Content-Type: text/plain\n\nhello world\nand you\n");
    await enter("#path", "/");
    await enter("#body", "");
    await run("HTTP status 200", "Content-Type: text/plain\n\nhello nobody\n");
    await picture("request");
  },

  async "problems come with their remedies"() {
    await sample("broken");
    await settled("It cannot become a component, for 2 reasons:");
    assert.equal((await text("problems")).match(/remedy: /g).length, 2);
    assert(await browser.get(`document.getElementById("start").disabled && document.getElementById("download").hidden`));
    await picture("problems");
  },

  async "programs use the folder"() {
    await sample("count");
    await settled(BECOMES);
    await run("exit status 0", "3 lines\n");
    await browser.drop("#folder", lines);
    await browser.until(`document.getElementById("folder").textContent.includes("${path.basename(lines)}")`);
    await browser.get(`document.getElementById("args").value = "${path.basename(lines)}"`);
    await run("exit status 3", `${readFileSync(lines, "utf8").split("\n").length - 1} lines\n`);
    await sample("words");
    await settled(BECOMES);
    await run("exit status 0", "4 different words are in counts.txt\n");
    assert.match(await text("folder"), /counts\.txt/);
    await picture("folder");
    await sample("quickjs");
    await settled(BECOMES);
    await run("exit status 0", "1,4,9\n");
  },

  async "a trap is told"() {
    await sample("trap");
    await settled(BECOMES);
    await run("trap: integer divide by zero", "dividing");
  },

  async "an endless program can be stopped"() {
    await browser.get(`document.getElementById("wat").focus()`);
    await browser.get(`document.getElementById("wat").select()`);
    await browser.type('(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))');
    await browser.until(`document.getElementById("loaded").textContent.startsWith("module.wat")`);
    await settled(BECOMES);
    await browser.click("#start");
    await browser.until(`document.getElementById("status").textContent === "Running …"`);
    await browser.click("#stop");
    await ended("stopped");
  },

  async "what is no module is refused"() {
    const file = path.join(pictures, "nothing.wasm");
    writeFileSync(file, "\0asm\u{1}\0\0\0nothing");
    await browser.drop("#drop", file);
    await settled("inspecting");
    assert.equal(await text("picture"), "");
    await picture("malformed");
  },

  async "the page answers while a large module is linked"() {
    await browser.get(`{
      globalThis.longest = 0;
      let last = performance.now();
      setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; }, 5);
    }`);
    await browser.drop("#drop", large);
    await browser.until(`document.getElementById("loaded").textContent.includes(" MB")`);
    await settled(BECOMES);
    const longest = await browser.get("longest");
    assert(longest < 1000, `the page did not answer for ${longest} ms`);
    await picture("large");
  },

  async "the page is dark where that is wished, and narrow where there is no room"() {
    await browser.open("about:blank");
    await browser.open(`${url}#sample=hello`, { width: 390, height: 844, dark: true });
    await settled(BECOMES);
    const [wide, room] = await browser.get("[document.documentElement.scrollWidth, innerWidth]");
    assert(wide <= room, `${wide} pixels are wider than ${room}`);
    assert.equal(await browser.get("getComputedStyle(document.documentElement).backgroundColor"), "rgb(14, 19, 24)");
    await picture("dark");
  },

  "nothing is asked of a network, and nothing goes wrong"() {
    assert.deepEqual([...new Set(browser.requests.map((request) => request.split("#")[0]))].filter((it) => it !== "about:blank"), [url]);
    assert.deepEqual(browser.messages, []);
  },
};

let failed = false;
for (const [name, step] of Object.entries(steps)) {
  const start = performance.now();
  try {
    await step();
    console.log(`ok      ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed = true;
    console.log(`FAILED  ${name}: ${error.message}`);
    break;
  }
}
await browser.close();
// Processes of the browser may keep the pipe a little longer.
process.exit(failed ? 1 : 0);
