/** A home without imp, a server with a release, and the install.sh of that release. */
import { makeTestRelease, TRIPLES } from "./test_release.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What is sent for a path instead of the file that is there. */
export type Serve = (path: string, bytes: Bytes) => Bytes | ReadableStream<Bytes>;

/** How install.sh ended. */
interface Installed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The shells that are here, as one calls them. */
export async function findShells(): Promise<string[][]> {
  const known = [["sh"], ["dash"], ["bash"], ["busybox", "sh"], ["zsh", "--emulate", "sh"]];
  const found = await Promise.all(known.map(async (shell) => {
    const script = 'command -v "$1"';
    const { success } = await run(["sh", "-c", script, "sh", shell[0]!], {});
    return success ? [shell] : [];
  }));
  return found.flat();
}

/** Opens a home; `await using` removes it and ends the server. */
export async function openInstallation(
  shell: readonly string[] = ["sh"],
  serve: Serve = (_path, bytes) => bytes,
): Promise<Installation> {
  const flags = ["--dry-run", "--repository=someone/imp", `--targets=${TRIPLES.join(",")}`];
  const release = await (made ??= makeTestRelease(flags));
  if (release.code !== 0) throw new Error(release.words);
  const assets = `${release.dir}/release/assets`;
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "imp-install-" }));
  for (const name of ["home", "fakes", "tmp"]) await Deno.mkdir(`${root}/${name}`);
  const script = await Deno.readTextFile(`${assets}/install.sh`);
  const server = serveRelease(assets, serve);
  return new Installation({ root, shell, script, server });
}

/** Made once for a test file, and removed with it. */
let made: ReturnType<typeof makeTestRelease> | undefined;
globalThis.addEventListener("unload", () => {
  made?.then(({ dir }) => Deno.removeSync(dir, { recursive: true }), () => {});
});

/** As GitHub serves releases: `/latest/download/NAME` and `/download/vVERSION/NAME`. */
export function serveRelease(assets: string, serve: Serve): Deno.HttpServer<Deno.NetAddr> {
  const { version } = JSON.parse(
    Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
  );
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const name = /^\/(?:latest\/download|download\/v(?<version>[^/]+))\/(?<name>[\w.-]+)$/.exec(
      pathname,
    )?.groups;
    if (name === undefined || (name.version ?? version) !== version) {
      return new Response("no", { status: 404 });
    }
    try {
      return new Response(serve(pathname, await Deno.readFile(`${assets}/${name.name}`)));
    } catch {
      return new Response("no", { status: 404 });
    }
  });
}

/** See {@linkcode openInstallation}. */
export class Installation implements AsyncDisposable {
  readonly home: string;
  readonly bin: string;
  /** Programs that come first in the PATH. */
  readonly fakes: string;
  readonly path: string;
  readonly script: string;
  readonly #root: string;
  readonly #shell: readonly string[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor({ root, shell, script, server }: {
    readonly root: string;
    readonly shell: readonly string[];
    readonly script: string;
    readonly server: Deno.HttpServer<Deno.NetAddr>;
  }) {
    this.home = `${root}/home`;
    this.bin = `${this.home}/.local/bin`;
    this.fakes = `${root}/fakes`;
    this.path = `${this.fakes}:/usr/local/bin:/usr/bin:/bin`;
    this.script = script;
    this.#root = root;
    this.#shell = shell;
    this.#server = server;
  }

  /** Runs install.sh out of a pipe, as most do. */
  async install(
    flags: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Installed> {
    const command = [...this.#shell, "-s", ...flags.length === 0 ? [] : ["--", ...flags]];
    const result = await run(command, { ...this.#env(), ...env }, this.script);
    return { code: result.code, out: text(result.stdout), err: text(result.stderr) };
  }

  /** Runs a script in this home; returns what it says. */
  async sh(script: string, fromStdin = false): Promise<string> {
    const command = fromStdin ? ["sh", "-s"] : ["sh", "-c", script];
    const { stdout, stderr } = await run(command, this.#env(), fromStdin ? script : undefined);
    return text(stdout) + text(stderr);
  }

  /** What the installed imp prints. */
  async imp(...args: string[]): Promise<string> {
    return text((await run([`${this.bin}/imp`, ...args], this.#env())).stdout);
  }

  /** Puts a program before all others. */
  async fake(name: string, script: string): Promise<void> {
    await Deno.writeTextFile(`${this.fakes}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** An imp that was installed before. */
  async putOld(): Promise<void> {
    await Deno.mkdir(this.bin, { recursive: true });
    await Deno.writeTextFile(`${this.bin}/imp`, '#!/bin/sh\necho "old $*"\n', { mode: 0o755 });
  }

  /** Every file of the home. */
  files(): string[] {
    return list(this.home);
  }

  /** What is left in the temporary directory. */
  temporary(): string[] {
    return list(`${this.#root}/tmp`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.#root, { recursive: true });
  }

  #env(): Record<string, string> {
    return {
      HOME: this.home,
      PATH: this.path,
      TMPDIR: `${this.#root}/tmp`,
      LC_ALL: "C",
      IMP_RELEASES: `http://127.0.0.1:${this.#server.addr.port}`,
    };
  }
}

function list(dir: string, prefix = ""): string[] {
  return [...Deno.readDirSync(dir)].flatMap((entry) =>
    entry.isDirectory
      ? list(`${dir}/${entry.name}`, `${prefix}${entry.name}/`)
      : [`${prefix}${entry.name}`]
  ).toSorted();
}

async function run(
  command: readonly string[],
  env: Record<string, string>,
  input?: string,
): Promise<Deno.CommandOutput> {
  const [program, ...args] = command;
  const child = new Deno.Command(program!, {
    args,
    clearEnv: Object.keys(env).length > 0,
    env,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output] = await Promise.all([child.output(), input && feed(child.stdin, input)]);
  return output;
}

/** A shell that ends early does not read all of it. */
async function feed(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  const writer = stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
