// The functions of the package.

import assert from "node:assert/strict";

import { LinkError, command, commandLine, describe, inspect, link, picture } from "wasi-adapt";

const program = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func (param i32 i32) (result i32)))
  (memory (export "memory") 1) (func (export "_start")))`;

// The same bytes each time, and for the binary of the text.
const component = link(program);
assert.deepEqual(link(program), component);
assert.deepEqual([...component.subarray(0, 4)], [0, 97, 115, 109]);

// Options are those of the command line.
const sealed = inspect(link(program, { env: { LANG: "C" }, deny: ["clocks", "stdin"], random: "six" })).sealed;
assert.deepEqual(sealed[0].denied, ["stdin", "clocks", "random"]);
assert.deepEqual(sealed[0].variables, ["LANG"]);
const files = inspect(link(program, { embed: { "/etc/motd": "hello", "/bin/data": new Uint8Array(7) }, tmp: true })).files;
assert.equal(files.files, 2);
assert.equal(files.bytes, 12);
assert.equal(inspect(program, { layout: "guest", adapterPages: 34 }).layout.name, "guest");
const warnings = [];
link('(module (memory (export "memory") 1) (func (export "_start")))', { embed: { "/x": "y" }, warn: (text) => warnings.push(text) });
assert.deepEqual(warnings, ["it opens no files, so none are embedded"]);

// Layers and WIT are contents, too.
const layer = command(["link", "in.wat", "--emit", "module", "-o", "out.wasm"], { files: { "in.wat": program } }).files["out.wasm"];
assert(layer.length > 0);
const wit = "package a:b; world w { export add: func(a: s32, b: s32) -> s32; }";
const adds = '(module (memory (export "memory") 1) (func (export "add") (param i32 i32) (result i32) local.get 0))';
assert.equal(inspect(link(adds, { wit })).exports[0].name, "add");

// Plugs serve what the module imports.
const pair = "package a:b; interface i { add: func(a: s32, b: s32) -> s32; } world lib { export i; } world app { import i; }";
const imports = '(module (import "a:b/i" "add" (func (param i32 i32) (result i32))) (memory (export "memory") 1) (func (export "_start")))';
const plug = { "adds.wasm": link(adds, { wit: pair, witWorld: "lib" }) };
const app = { wit: pair, witWorld: "app" };
const names = (component) => inspect(component).imports.map(({ module, name }) => name ?? module);
assert(names(link(imports, app)).includes("a:b/i"));
assert(!names(link(imports, { ...app, plug })).includes("a:b/i"));
assert.throws(
  () => link(program, { plug }),
  (error) => error instanceof LinkError && error.problems.length === 0 && /adds\.wasm/.test(error.message),
);

// Problems are objects, all at once.
const bad = '(module (import "env" "f" (func)) (memory 1 2 shared) (func (export "_start")))';
assert.throws(
  () => link(bad),
  (error) => error instanceof LinkError && error.problems.map(({ code }) => code).join() === "shared-memory,unknown-module",
);
assert.deepEqual(inspect(bad).problems.length, 2);
for (const wrong of [() => link("(module"), () => link(program, { world: "nothing" }), () => link(program, { nonsense: 1 })]) {
  assert.throws(wrong, (error) => error instanceof LinkError && error.problems.length === 0 && error.message.length > 0);
}
assert.throws(() => link(component), (error) => error.problems[0].code === "is-a-component");

// Reports as text and as a picture.
assert.match(describe(program), /^kind +core module\n/);
assert.match(picture(program, { name: "a <b>.wat" }), /^<svg .*a &lt;b&gt;\.wat.*<\/svg>\n$/s);
assert.match(inspect(program, { exitCodes: "exact", host: ["wasmtime@35"] }).warnings[0] ?? "wasmtime 35", /^wasmtime 35/);

assert.equal(
  commandLine({ name: "app.wasm", env: { A: "b c" }, deny: ["all"], trace: "failed" }),
  "wasi-adapt link app.wasm --env 'A=b c' --deny all --trace=failed -o app.component.wasm",
);

// The time that linking takes after the start, of the processor: other programs may have the rest.
const before = process.cpuUsage();
link(program);
const { user, system } = process.cpuUsage(before);
assert((user + system) / 1000 < 1000, `linking takes ${(user + system) / 1000} ms`);
