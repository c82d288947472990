/** Makes WASI 0.2 components out of `wasi_snapshot_preview1` core modules. */

/** A module: binary, or its text format. */
export type Module = Uint8Array | string;

/** The contents of a file. */
export type Contents = Uint8Array | string;

/** What can be denied to a program: it then behaves as on a host without it. */
export type Capability =
  | "all"
  | "filesystem"
  | "env"
  | "args"
  | "stdin"
  | "stdout"
  | "stderr"
  | "clocks"
  | "random"
  | "exit"
  | "network"
  | "name-lookup";

/** A module between the program and the adapter. */
export interface Layer {
  module: Uint8Array;
  /** Its name in reports. */
  name?: string;
  /** Modules whose imports it serves, too, such as `env`. */
  serve?: string[];
  /** The most pages of 64 KiB that it can have. */
  pages?: number;
}

/** The options of `wasi-adapt inspect`, which are those of the command line: `adapterPages` is `--adapter-pages`. */
export interface Options {
  /** The name of the module in messages. */
  name?: string;
  world?: "command" | "reactor" | "proxy" | "http";
  /** The export to run. */
  entry?: string;
  /** Adapters for imports from other modules, by the module's name. */
  adapt?: Record<string, Uint8Array>;
  layers?: Layer[];
  /** The text of a WIT world that the module imports and exports. */
  wit?: string;
  witWorld?: string;
  exportFunctions?: boolean;
  /** Files in the component, by their paths in the program. */
  embed?: Record<string, Contents>;
  /** The same, in directories that the program can change, in memory. */
  embedWritable?: Record<string, Contents>;
  /** Directories in memory, with their sizes after `=`: `/data=64M`. */
  writable?: string[];
  tmp?: boolean;
  dev?: boolean;
  layout?: "auto" | "isolated" | "guest" | "adapter";
  adapterPages?: number;
  exitCodes?: "exact" | "portable";
  locks?: "instance" | "host";
  listen?: string[];
  connect?: string[];
  deny?: Capability[];
  allow?: Capability[];
  env?: Record<string, string>;
  /** The text of a file with a `NAME=VALUE` in each line. */
  envFile?: string;
  cwd?: string;
  arg?: string[];
  argv0?: string;
  /** What the program reads from standard input. */
  stdin?: Contents;
  stdout?: "host" | "null";
  stderr?: "host" | "null";
  clock?: string;
  random?: string;
  hostValues?: "merge" | "override" | "ignore";
  strict?: boolean;
  /** The text of a policy, in TOML. */
  policy?: string;
  /** Functions to trace, such as `path_*,failed`, or all. */
  trace?: boolean | string;
  traceOutput?: number | string;
  /** Hosts to warn of, if they lack what the component needs: `wasmtime@45`, `jco`, `wasi@0.2.6`. For `inspect` only. */
  host?: string[];
}

/** The options of `wasi-adapt link`. */
export interface LinkOptions extends Options {
  /**
   * Modules or components that serve imports of the module by its WIT, by their names in messages. Of what goes wrong with them, a
   * `LinkError` has the message alone.
   */
  plug?: Record<string, Contents>;
  emit?: "component" | "module";
  validate?: boolean;
  cgiRoot?: string;
  cgiIndex?: string;
  scriptName?: string;
  authorization?: boolean;
  nph?: boolean;
  wagi?: boolean;
  exitByException?: boolean;
  buffer?: boolean | number;
  bodyLimit?: number;
  /** Is called with each warning. */
  warn?: (message: string) => void;
}

/** Something that keeps a module from becoming a component. */
export interface Problem {
  /** The kind, a name that stays. */
  code: string;
  message: string;
  /** A remedy that works. */
  remedy: string;
}

/** The input cannot become a component, or is invalid, or an option is. */
export class LinkError extends Error {
  /** All reasons; none if the input or an option is invalid. */
  problems: Problem[];
}

export interface Import {
  module: string;
  name: string;
  kind: string;
  signature: string;
  served_by: string;
  layer?: string;
}

export interface Export {
  name: string;
  kind: string;
  signature: string;
  role: string;
}

/** An interface that the component will import, with the reasons. */
export interface Need {
  interface: string;
  causes: { kind: string; module?: string; name?: string; interface?: string }[];
}

/** The object that `wasi-adapt inspect --json` prints; its main fields are typed here. */
export interface Report {
  schema: number;
  kind: "module" | "component";
  world: string | null;
  layout: { name: string; why: string } | null;
  imports: Import[];
  exports: Export[];
  warnings: string[];
  problems: Problem[];
  needs: Need[];
  [field: string]: unknown;
}

/**
 * Makes a component out of a module.
 *
 * @throws {LinkError} if that cannot be done
 */
export function link(module: Module, options?: LinkOptions): Uint8Array;

/**
 * Says what a module or a component is, what it needs, and what keeps it from becoming a component.
 *
 * @throws {LinkError} if it is no WebAssembly, or an option is invalid
 */
export function inspect(module: Module, options?: Options): Report;

/** The same as text, for people. */
export function describe(module: Module, options?: Options): string;

/** The same as a picture of the component, in SVG: its parts to scale, and the interfaces that it imports. */
export function picture(module: Module, options?: Options): string;

/** The end of a command. */
export interface Done {
  status: number;
  stdout: Uint8Array;
  stderr: string;
  /** All files that there are then, by path. */
  files: Record<string, Uint8Array>;
}

/** Runs a command line of `wasi-adapt`, with the files that it reads in memory. */
export function command(
  args: string[],
  given?: { files?: Record<string, Contents>; stdin?: Uint8Array; env?: Record<string, string> },
): Done;

/** The command line that does the same as `link` with these options, as it is typed into a shell. */
export function commandLine(options?: LinkOptions, output?: string): string;
