// The options as fields of a form.

import { Lists, html as lists } from "./lists.js";
import { words } from "./words.js";

const CAPABILITIES = ["filesystem", "env", "args", "stdin", "stdout", "stderr", "clocks", "random", "exit", "network"];

const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");

/** Kinds of fields: the element, and its value as an option and back. */
const KINDS = {
  choice: {
    html: ({ values }) => `<select>${values.map((value) => `<option>${value}</option>`).join("")}</select>`,
    get: ({ value }, { values }) => (value === values[0] ? undefined : value),
    set: (element, value, { values }) => (element.value = value ?? values[0]),
  },
  text: {
    html: ({ hint = "" }) => `<input type="text" placeholder="${hint}" spellcheck="false" autocomplete="off">`,
    get: ({ value }) => value || undefined,
    set: (element, value) => (element.value = value ?? ""),
  },
  long: {
    html: ({ hint = "" }) => `<textarea rows="3" placeholder="${hint}" spellcheck="false"></textarea>`,
    get: ({ value }) => (value.trim() ? value : undefined),
    set: (element, value) => (element.value = value ?? ""),
  },
  words: {
    html: ({ hint = "" }) => `<input type="text" placeholder="${hint}" spellcheck="false" autocomplete="off">`,
    get: ({ value }) => (value.trim() ? words(value) : undefined),
    set: (element, value) => (element.value = (value ?? []).join(" ")),
  },
  variables: {
    html: ({ hint = "" }) => `<textarea rows="2" placeholder="${hint}" spellcheck="false"></textarea>`,
    get: ({ value }) => (lines(value).length ? variables(value) : undefined),
    set: (element, value) => (element.value = Object.entries(value ?? {}).map((pair) => pair.join("=")).join("\n")),
  },
};

const FIELDS = [
  { name: "world", label: "World", kind: "choice", values: ["from the module", "command", "reactor", "proxy", "http"] },
  { name: "layout", label: "Layout", kind: "choice", values: ["auto", "isolated", "guest", "adapter"] },
  { name: "exitCodes", label: "Exit statuses", kind: "choice", values: ["exact", "portable"] },
  { name: "entry", label: "Entry", kind: "text", hint: "_start" },
  { name: "clock", label: "Clock", kind: "text", hint: "2026-01-31T12:00:00Z" },
  { name: "random", label: "Random seed", kind: "text", hint: "six" },
  { name: "env", label: "Sealed variables", kind: "variables", hint: "NAME=VALUE" },
  { name: "arg", label: "Sealed arguments", kind: "words", hint: "one two" },
  { name: "wit", label: "WIT", kind: "long", hint: "world app { export add: func(a: s32, b: s32) -> s32; }", full: true },
  { name: "witWorld", label: "World of the WIT", kind: "text", hint: "if there are several" },
  { name: "host", label: "Warn of hosts", kind: "words", hint: "wasmtime@45 jco" },
];

const FLAGS = {
  tmp: "/tmp in memory",
  dev: "/dev",
  trace: "trace",
  strict: "strict",
  exportFunctions: "export functions",
};

/** Lines `NAME=VALUE` as an object; a line without `=` is a name without a value. */
export function variables(text) {
  return Object.fromEntries(lines(text).map((line) => [line.split("=", 1)[0], line.split("=").slice(1).join("=")]));
}

/** Fills a form, and calls `changed` whenever an option has. */
export function fields(form, changed) {
  const chips = (title, entries, kind) =>
    `<fieldset class="full"><legend>${title}</legend><div class="chips">${entries
      .map(([value, label]) => `<label><input type="checkbox" data-${kind}="${value}">${label}</label>`)
      .join("")}</div></fieldset>`;
  form.innerHTML =
    FIELDS.map(({ full, ...field }) => `<label ${full ? 'class="full"' : ""} data-field="${field.name}">${field.label} ${KINDS[field.kind].html(field)}</label>`).join("") +
    lists +
    chips("Deny", CAPABILITIES.map((name) => [name, name]), "deny") +
    chips("More", Object.entries(FLAGS), "flag");
  const element = (name) => form.querySelector(`[data-field="${name}"]`).lastElementChild;
  const modules = new Lists(form, changed);
  const boxes = (kind) => [...form.querySelectorAll(`[data-${kind}]`)];
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    get() {
      const options = modules.get();
      for (const field of FIELDS) {
        const value = KINDS[field.kind].get(element(field.name), field);
        if (value !== undefined) options[field.name] = value;
      }
      const denied = boxes("deny").filter((box) => box.checked);
      if (denied.length > 0) options.deny = denied.map((box) => box.dataset.deny);
      for (const box of boxes("flag")) if (box.checked) options[box.dataset.flag] = true;
      return options;
    },
    /** Takes files that are dropped on a list of modules, and returns whether it was one. */
    take: (target, files) => modules.take(target, files),

    /** Fills the fields; options that are modules become none. */
    set(options) {
      modules.clear();
      for (const field of FIELDS) KINDS[field.kind].set(element(field.name), options[field.name], field);
      for (const box of boxes("deny")) box.checked = options.deny?.includes(box.dataset.deny) ?? false;
      for (const box of boxes("flag")) box.checked = options[box.dataset.flag] ?? false;
    },
  };
}
