/** The floor of every figure: Deno with nothing, or next to nothing, to do. */
import { findImp } from "../support/imp_executable.ts";

const SOURCES = {
  /** Ends at once. */
  empty: "",
  /** Waits for ever, which is the least that a daemon does. */
  waiting: "setInterval(() => {}, 1e9); console.log('READY');",
  /** Listens at the path it is given and sends back whatever comes: a daemon that does nothing. */
  echo: `const listener = Deno.listen({ transport: "unix", path: Deno.args[0] });
console.log("READY");
for await (const connection of listener) connection.readable.pipeTo(connection.writable).catch(() => {});`,
  /** Sends a line to that and reads it back: a client that does nothing. */
  line: `const connection = await Deno.connect({ transport: "unix", path: Deno.args[0] });
await connection.write(new TextEncoder().encode("ping\\n"));
const buffer = new Uint8Array(64);
if (await connection.read(buffer) !== 5) Deno.exit(1);
connection.close();`,
};

/** A small program to compare imp with. */
export type DenoProgramName = keyof typeof SOURCES;

/** Small programs, made the way imp under test is: compiled, or run from source. */
export class DenoPrograms implements AsyncDisposable {
  readonly #directory: string;
  readonly #built = new Map<DenoProgramName, Promise<readonly string[]>>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<DenoPrograms> {
    return new DenoPrograms(await Deno.makeTempDir({ prefix: "imp-bench-" }));
  }

  /** The command of a program; built when it is first asked for. */
  command(name: DenoProgramName): Promise<readonly string[]> {
    const built = this.#built.get(name) ?? this.#build(name);
    this.#built.set(name, built);
    return built;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#built.values());
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #build(name: DenoProgramName): Promise<string[]> {
    const file = `${this.#directory}/${name}.js`;
    await Deno.writeTextFile(file, SOURCES[name]);
    if ((await findImp()).kind === "source") {
      return [Deno.execPath(), "run", "--quiet", "-A", "--no-config", file];
    }
    const out = `${this.#directory}/${name}`;
    const flags = ["--quiet", "-A", "--no-check", "--no-config", "--no-code-cache"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["compile", ...flags, `--output=${out}`, file],
      stderr: "piped",
    }).output();
    if (code !== 0) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
    return [out];
  }
}
