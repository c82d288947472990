// Options as objects, and as arguments of the command: `adapterPages: 34` is `--adapter-pages 34`.

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Options whose value is optional, or false: it follows after `=`. */
const AFTER_EQUALS = new Set(["trace", "buffer", "validate"]);

/** Options with contents of a file, and the names that it gets. */
const FILES = { wit: "world.wit", policy: "policy.toml", stdin: "stdin.txt", envFile: "variables.env" };

/** Options with a value that is not text, a list or a flag. */
const OTHERS = {
  env: (variables) => Object.entries(variables).map(([name, value]) => ["--env", `${name}=${value}`]),
  adapt: (modules, add) => Object.entries(modules).map(([name, module]) => ["--adapt", `${name}=${add(`${name}.wasm`, module)}`]),
  plug: (modules, add) => Object.entries(modules).map(([name, module]) => ["--plug", add(name, module)]),
  embed: (files, add) => embedded("--embed", files, add),
  embedWritable: (files, add) => embedded("--embed-writable", files, add),
  layers: (layers, add) =>
    layers.flatMap(({ name, module, serve = [], pages }, number) => [
      ["--layer", add(name ?? `layer${number + 1}.wasm`, module)],
      ...serve.map((served) => ["--serve", served]),
      ...(pages === undefined ? [] : [["--layer-pages", String(pages)]]),
    ]),
};

const embedded = (flag, files, add) =>
  Object.entries(files).map(([path, contents]) => [flag, `${add(`files${path.startsWith("/") ? "" : "/"}${path}`, contents)}::${path}`]);

function option(name, value, add) {
  const flag = `--${kebab(name)}`;
  if (value === undefined || value === null) return [];
  if (name in OTHERS) return OTHERS[name](value, add);
  if (name in FILES) return [[flag, add(FILES[name], value)]];
  if (AFTER_EQUALS.has(name)) return [[value === true ? flag : `${flag}=${value}`]];
  if (value === true) return [[flag]];
  if (value === false) return [];
  // A value that begins with a hyphen could be another option.
  const one = (text) => (text.startsWith("-") ? [`${flag}=${text}`] : [flag, text]);
  return [value].flat().map((each) => one(String(each)));
}

/** The arguments of options, and the files that these name. */
export function translate(options) {
  const files = {};
  const add = (path, contents) => {
    files[path] = contents;
    return path;
  };
  return { args: Object.entries(options).flatMap(([name, value]) => option(name, value, add)).flat(), files };
}

/** A command as it is typed into a shell. */
export function shown(args) {
  return args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(" ");
}
