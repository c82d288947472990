// The page: what is dropped, typed or chosen becomes a component whenever it or an option changes.

import { decode, encode } from "./deep.js";
import { fields } from "./fields.js";
import { Run } from "./run.js";
import { Tool, embedded } from "./tool.js";

const SAMPLES = JSON.parse(document.getElementById("samples-data").textContent);
const PAUSE = 250;

const $ = (id) => document.getElementById(id);
const tool = new Tool("tool");
const form = fields($("fields"), () => make());
const run = new Run();

/** The input: its name, the module as bytes or text, and the sample that it is, if it is one. */
let input;
/** The number of the last change, by which results of earlier ones are known. */
let latest = 0;

const size = (bytes) => (bytes < 10000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

const element = (name, text, properties = {}) => Object.assign(document.createElement(name), { textContent: text, ...properties });

function use(next) {
  input = next;
  const length = typeof input.module === "string" ? new TextEncoder().encode(input.module).length : input.module.length;
  $("loaded").textContent = `${input.name} · ${size(length)}`;
  for (const chip of $("samples").children) chip.setAttribute("aria-pressed", String(chip.dataset.sample === input.sample));
  if (typeof input.module === "string" && $("wat").value !== input.module) $("wat").value = input.module;
  if (typeof input.module !== "string") $("wat").value = "";
  return make();
}

/** Takes a sample, with its own options or others. */
async function useSample(id, options) {
  working();
  const sample = SAMPLES.find((sample) => sample.id === id) ?? SAMPLES[0];
  form.set(options ?? sample.options ?? {});
  const bytes = await embedded(`sample-${sample.id}`);
  const module = sample.name.endsWith(".wat") ? new TextDecoder().decode(bytes) : bytes;
  run.set(sample.run ?? {});
  await use({ name: sample.name, module, sample: sample.id });
}

async function useFile(file) {
  working();
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isBinary = bytes[0] === 0 || !/\.wa(s)?t$/.test(file.name);
  await use({ name: file.name, module: isBinary ? bytes : new TextDecoder().decode(bytes) });
}

function working() {
  $("report").setAttribute("aria-busy", "true");
  $("verdict").className = "";
  $("verdict").textContent = "Working …";
}

/** Makes the component of the input with the options, and shows what there is of it. */
async function make() {
  const change = ++latest;
  const options = form.get();
  const given = { ...input, options };
  working();
  const isLatest = () => change === latest;
  $("command").textContent = await tool.call("command", { options, name: input.name });
  try {
    const { component } = await tool.call("make", given, (part) => isLatest() && show(part));
    if (isLatest()) done(component);
  } catch (error) {
    if (isLatest()) failed(error);
  }
  if (!isLatest()) return;
  $("report").setAttribute("aria-busy", "false");
  $("whole").textContent = "";
  if ($("details").open) describe();
}

function show({ report, picture }) {
  if (report) {
    $("problems").replaceChildren(...report.problems.map(problem));
    $("warnings").replaceChildren(...report.warnings.map((text) => element("li", text)));
    run.serves(["http", "proxy"].includes(report.world));
  }
  if (picture) $("picture").innerHTML = picture;
  if (picture) offer("save-picture", picture, "image/svg+xml", "svg");
}

function problem({ message, remedy }) {
  const item = element("li", `${message} `);
  item.append(element("div", `remedy: ${remedy}`, { className: "remedy" }));
  return item;
}

function done(component) {
  const count = $("problems").children.length;
  verdict(Boolean(component), component
    ? `It becomes a component of ${size(component.length)}.`
    : `It cannot become a component, for ${count === 1 ? "this reason" : `${count} reasons`}:`);
  $("download").hidden = !component;
  if (component) offer("download", component, "application/wasm", "component.wasm");
  run.use(component, input.name);
}

/** The input is no WebAssembly, or an option is wrong. */
function failed({ message }) {
  verdict(false, message);
  for (const id of ["problems", "warnings", "picture"]) $(id).replaceChildren();
  for (const id of ["download", "save-picture"]) $(id).hidden = true;
  run.use(undefined, input.name);
}

function verdict(isGood, text) {
  $("verdict").className = isGood ? "good" : "bad";
  $("verdict").textContent = text;
}

/** Makes a link a download of contents. */
function offer(id, contents, type, extension) {
  const url = URL.createObjectURL(new Blob([contents], { type }));
  const name = input.name.replace(/\.wa(sm|t|st)$/, "");
  Object.assign($(id), { href: url, download: `${name}.${extension}`, hidden: false });
}

async function describe() {
  $("whole").textContent = await tool.call("describe", { ...input, options: form.get() }).catch(({ message }) => message);
}

/** Copies a text, or says where it is to be found. */
async function copy(text, button, elsewhere) {
  const label = button.textContent;
  button.textContent = await navigator.clipboard.writeText(text).then(() => "Copied", () => elsewhere);
  setTimeout(() => (button.textContent = label), 1500);
}

async function address() {
  const { sample, module } = input;
  const text = typeof module === "string" ? module : undefined;
  // Modules are too large for an address.
  const { plug, layers, adapt, ...options } = form.get();
  return `#${await encode({ sample, text, options, run: run.get() })}`;
}

for (const { id, title, about } of SAMPLES) {
  const chip = element("button", title, { type: "button", title: about });
  chip.dataset.sample = id;
  chip.setAttribute("aria-pressed", "false");
  chip.addEventListener("click", () => useSample(id));
  $("samples").append(chip);
}

$("file").addEventListener("change", ({ target }) => target.files[0] && useFile(target.files[0]));
$("copy").addEventListener("click", ({ target }) => copy($("command").textContent, target, "Select it"));
$("share").addEventListener("click", async ({ target }) => {
  history.replaceState(null, "", await address());
  copy(location.href, target, "It is in the address bar");
});
$("details").addEventListener("toggle", () => $("details").open && $("whole").textContent === "" && describe());

let pause;
$("wat").addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => use({ name: "module.wat", module: $("wat").value }), PAUSE);
});

addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", () => document.body.classList.remove("dropping"));
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const files = [...event.dataTransfer.files];
  if (form.take(event.target, files)) return;
  if ($("program").contains(event.target)) run.add(files);
  else if (files[0]) useFile(files[0]);
});

async function open() {
  const state = await decode(location.hash);
  form.set(state.options ?? {});
  if (state.text) await use({ name: "module.wat", module: state.text });
  else await useSample(state.sample, state.options);
  run.set({ ...run.get(), ...state.run });
}

addEventListener("hashchange", open);
open();
