// The samples of the page. Their modules are in a directory that tools/playground/samples.sh fills.

export const SAMPLES = [
  { id: "hello", title: "Hello", about: "Writes a line to each output, and exits with 3", name: "hello.wat" },
  {
    id: "count",
    title: "A program in C",
    about: "Counts the lines of a file; more than ten give the exit status 3",
    name: "count.wasm",
    run: { args: "poem.txt", files: { "poem.txt": "one\ntwo\nthree\n" } },
  },
  {
    id: "words",
    title: "A program in Go",
    about: "Counts words of its input, and writes a file",
    name: "words.wasm",
    run: { args: "counts.txt", stdin: "to be or not to be\n", files: {} },
  },
  {
    id: "quickjs",
    title: "QuickJS",
    about: "A JavaScript engine, which runs a script in the folder",
    name: "quickjs.wasm",
    run: { args: "square.js", files: { "square.js": "console.log([1, 2, 3].map((n) => n * n).join());\n" } },
  },
  {
    id: "greet",
    title: "A CGI program",
    about: "Answers requests with their query and body",
    name: "greet.wasm",
    options: { world: "http" },
    run: { method: "POST", path: "/?world", body: "and you\n" },
  },
  { id: "trap", title: "A trap", about: "Divides by zero", name: "trap.wat" },
  { id: "broken", title: "A broken module", about: "Cannot become a component, for two reasons", name: "broken.wat" },
];
