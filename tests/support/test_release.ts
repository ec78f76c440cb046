/** A release made by `deno task release` of executables that are only scripts: small, and for every system. */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What imp is built for. */
export const TRIPLES = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

/** The version in deno.json. */
export const RELEASED: string = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)).version;

/** What an executable of the release prints. */
export function wordsOf(triple: string, args: string): string {
  return `imp ${RELEASED} for ${triple} ${args}\n`;
}

/** See {@linkcode makeTestRelease}. */
export class TestRelease implements AsyncDisposable {
  constructor(
    /** Holds `assets`, `npm`, `imp.rb` and `notes.md`. */
    readonly dir: string,
    readonly words: string,
    readonly code: number,
  ) {}

  /** The text of one of its files. */
  text(path: string): string {
    return Deno.readTextFileSync(`${this.dir}/release/${path}`);
  }

  /** What is in one of its directories. */
  list(path: string): string[] {
    return [...Deno.readDirSync(`${this.dir}/release/${path}`)].map(({ name }) => name).toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** Runs `deno task release` with executables that say for what they were built, or with the one that is given. */
export async function makeTestRelease(
  flags: readonly string[] = ["--dry-run", `--targets=${TRIPLES.join(",")}`],
): Promise<TestRelease> {
  const dir = await Deno.makeTempDir({ prefix: "imp-release-" });
  await Deno.mkdir(`${dir}/binaries`);
  for (const triple of TRIPLES) {
    const script = `#!/bin/sh\necho "${wordsOf(triple, "$*").trimEnd()}"\n`;
    await Deno.writeTextFile(`${dir}/binaries/imp-${triple}`, script, { mode: 0o755 });
  }
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-A", `${ROOT}tools/release/release.ts`, ...flags],
      ...[`--out=${dir}/release`, `--binaries=${dir}/binaries`],
    ],
    env: { GITHUB_REPOSITORY: "", NO_COLOR: "1" },
  }).output();
  const words = [stdout, stderr].map((each) => new TextDecoder().decode(each)).join("");
  return new TestRelease(dir, words, code);
}

/** Runs a command to its end, and expects that it succeeds; returns its stdout. */
export async function succeed(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program!, { args, ...options }).output();
  const [out, err] = [stdout, stderr].map((each) => new TextDecoder().decode(each));
  assertEquals(code, 0, `${command.join(" ")}: ${out}${err}`);
  return out!;
}
