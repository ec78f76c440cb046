/** The directories and the environment of a box: nothing of the machine's user shows through. */
import type { ImpExecutable } from "./imp_executable.ts";

/** Carried by every process that a test starts, and by what those start. */
export const TEST_ID = "IMP_TEST_ID";

const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Makes the directories, and an `imp` for shells. */
export async function prepareDirectories(root: string, executable: ImpExecutable): Promise<void> {
  for (const name of ["bin", "home", "project", "run", "state", "config", "cache", "tmp"]) {
    await Deno.mkdir(`${root}/${name}`, { mode: 0o700 });
  }
  const words = executable.command.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${root}/bin/imp`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}

/** The whole environment of a command in the box at `root`. */
export function createEnvironment(root: string, executable: ImpExecutable): Record<string, string> {
  return {
    [TEST_ID]: `${root.slice(root.lastIndexOf("/") + 1)}-${crypto.randomUUID().slice(0, 8)}`,
    PATH: `${root}/bin:${SYSTEM_PATH}`,
    HOME: `${root}/home`,
    TMPDIR: `${root}/tmp`,
    XDG_RUNTIME_DIR: `${root}/run`,
    XDG_STATE_HOME: `${root}/state`,
    XDG_CONFIG_HOME: `${root}/config`,
    XDG_CACHE_HOME: `${root}/cache`,
    SHELL: "/bin/sh",
    TZ: "UTC",
    LC_ALL: "C",
    NO_COLOR: "1",
    // Deno keeps there what it has compiled of a program that it has run before.
    ...(executable.kind === "source" ? { DENO_DIR: denoDir() } : {}),
  };
}

let foundDenoDir: string | undefined;

function denoDir(): string {
  return foundDenoDir ??= askDenoDir();
}

function askDenoDir(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
