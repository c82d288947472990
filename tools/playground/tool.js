// The worker, as functions that give promises.

/** Decodes what the page has in it under a name: compressed, in base64. */
export async function embedded(name) {
  const text = document.getElementById(name).textContent;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const names = (kind) => [...document.querySelectorAll(`script[data-kind="${kind}"]`)].map((element) => element.id);

/** The modules of a kind, `tool` or `jco`, by name. */
async function modules(kind) {
  const entries = names(kind).map(async (name) => [name, await embedded(name)]);
  return Object.fromEntries(await Promise.all(entries));
}

/** A worker that has compiled the modules of a kind. */
export class Tool {
  #worker;
  #calls = new Map();
  #ready;

  constructor(kind) {
    const source = new Blob([document.getElementById("worker").textContent], { type: "text/javascript" });
    this.#worker = new Worker(URL.createObjectURL(source));
    this.#worker.onmessage = ({ data }) => this.#answer(data);
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#calls.values()) reject(new Error(message));
    };
    this.#ready = modules(kind).then((all) => this.#post("setUp", { [kind]: all }));
  }

  #post(task, given, tell = () => {}) {
    return new Promise((resolve, reject) => {
      const id = this.#calls.size;
      this.#calls.set(id, { resolve, reject, tell });
      this.#worker.postMessage({ id, task, ...given });
    });
  }

  #answer({ id, part, done, error }) {
    const { resolve, reject, tell } = this.#calls.get(id);
    if (part) tell(part);
    else if (error) reject(Object.assign(new Error(error.message), error));
    else resolve(done);
  }

  async call(task, given, tell) {
    await this.#ready;
    return this.#post(task, given, tell);
  }

  end() {
    this.#worker.terminate();
  }
}
