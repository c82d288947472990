// Lists of further modules that options name, as files of a form.

import { words } from "./words.js";

const named = (entries, key) => Object.fromEntries(entries.map((entry) => [entry[key], entry.module]));

/** `extra` is a text beside each file. */
const LISTS = [
  {
    name: "plug",
    title: "Plugs, which serve imports by WIT",
    option: (entries) => named(entries, "name"),
  },
  {
    name: "layers",
    title: "Layers between program and adapter",
    extra: { label: "serves imports from", hint: "preview 1 only", begin: () => "" },
    option: (entries) => entries.map(({ name, module, extra }) => ({ name, module, serve: words(extra) })),
  },
  {
    name: "adapt",
    title: "Adapters",
    extra: { label: "serves imports from", hint: "module", begin: (name) => name.split(".")[0] },
    option: (entries) => named(entries, "extra"),
  },
];

const isText = (name) => /\.wa(s)?t$/.test(name);

export const html = LISTS.map(
  ({ name, title }) =>
    `<fieldset class="full" data-list="${name}"><legend>${title}</legend><ul class="files"></ul>
    <label class="button" for="list-${name}">Add files</label><input id="list-${name}" type="file" accept=".wasm,.wat" multiple></fieldset>`,
).join("");

/** The lists in a form; `changed` is called whenever one has. */
export class Lists {
  #form;
  #changed;
  #entries = {};

  constructor(form, changed) {
    this.#form = form;
    this.#changed = changed;
    this.clear();
    for (const list of LISTS) {
      const input = this.#element(list).querySelector("input");
      input.addEventListener("change", () => this.#add(list, [...input.files]));
    }
  }

  #element({ name }) {
    return this.#form.querySelector(`[data-list="${name}"]`);
  }

  clear() {
    for (const list of LISTS) {
      this.#entries[list.name] = [];
      this.#show(list);
    }
  }

  /** Takes files that are dropped on a list, and returns whether it was one. */
  take(target, files) {
    const list = LISTS.find((list) => this.#element(list).contains(target));
    if (list) this.#add(list, files);
    return list !== undefined;
  }

  async #add(list, files) {
    for (const file of files) {
      const module = isText(file.name) ? await file.text() : new Uint8Array(await file.arrayBuffer());
      this.#entries[list.name].push({ name: file.name, module, extra: list.extra?.begin(file.name) });
    }
    this.#show(list);
    this.#changed();
  }

  #show(list) {
    const entries = this.#entries[list.name];
    const rows = entries.map((entry, at) => {
      const row = document.createElement("li");
      row.append(entry.name);
      if (list.extra) row.append(this.#extra(list, entry));
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `remove ${entry.name}`);
      remove.addEventListener("click", () => {
        entries.splice(at, 1);
        this.#show(list);
        this.#changed();
      });
      row.append(remove);
      return row;
    });
    this.#element(list).querySelector("ul").replaceChildren(...rows);
  }

  #extra({ extra: { label, hint } }, entry) {
    const element = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "text", placeholder: hint, value: entry.extra, spellcheck: false });
    input.addEventListener("input", () => (entry.extra = input.value));
    element.append(label, input);
    return element;
  }

  get() {
    const filled = LISTS.filter(({ name }) => this.#entries[name].length > 0);
    return Object.fromEntries(filled.map(({ name, option }) => [name, option(this.#entries[name])]));
  }
}
