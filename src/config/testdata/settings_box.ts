import { assert } from "@std/assert";
import type { AppError } from "../../base/app_error.ts";
import { settingsPaths } from "../../platform/paths.ts";
import { readSettings } from "../load_settings.ts";

/** A directory with `files`, read as settings: `imp/config.*` the user's, `project/imp.*` the project's. */
export async function withFiles<Result>(
  files: Record<string, string | Uint8Array>,
  work: (load: () => ReturnType<typeof readSettings>, dir: string) => Promise<Result>,
): Promise<Result> {
  const dir = await Deno.makeTempDir();
  try {
    for (const name of ["imp", "project"]) await Deno.mkdir(`${dir}/${name}`);
    for (const [name, text] of Object.entries(files)) {
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      await Deno.writeFile(`${dir}/${name}`, bytes);
    }
    const project = Object.keys(files).find((name) => name.startsWith("project/"));
    const env = (name: string) => name === "XDG_CONFIG_HOME" ? dir : undefined;
    const paths = settingsPaths(env, project && `${dir}/${project}`);
    return await work(() => readSettings(paths), dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** What is wrong with `files`, and where they were. */
export function failure(
  files: Record<string, string | Uint8Array>,
): Promise<AppError & { dir: string }> {
  return withFiles(files, async (load, dir) => {
    const { problems: [problem] } = await load();
    assert(problem, "the settings are taken for right");
    return Object.assign(problem, { dir });
  });
}
