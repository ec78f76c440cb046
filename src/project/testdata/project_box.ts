import { assertEquals } from "@std/assert";
import { dirname } from "@std/path/posix";
import { type LoadedProject, loadProject } from "../load_project.ts";
import type { ProjectPlan } from "../project_plan.ts";
import { formatTrouble } from "../trouble.ts";

/** Loads the first of `files`, which lie in a directory of their own, with `env` around it. */
export async function loadFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  env: Readonly<Record<string, string>> = {},
): Promise<LoadedProject> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      await Deno.mkdir(dirname(`${dir}/${name}`), { recursive: true });
      await Deno.writeFile(`${dir}/${name}`, bytes);
    }
    const loaded = await loadProject(`${dir}/${Object.keys(files)[0]}`, {
      env: (name) => env[name],
      projectId: "shop-1a2b3c4d",
      nameOf: (path) => path.slice(dir.length + 1),
    });
    return relocated(loaded, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The lines that are said to files that are wrong. */
export async function mistakes(
  files: Readonly<Record<string, string | Uint8Array>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  return (await loadFiles(files, env)).troubles.map(formatTrouble);
}

/** The plan of files that are right. */
export async function planOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  env: Readonly<Record<string, string>> = {},
): Promise<ProjectPlan> {
  const loaded = await loadFiles(files, env);
  assertEquals(loaded.troubles.map(formatTrouble), []);
  return (loaded as { plan: ProjectPlan }).plan;
}

/** As if the directory were `/shop`. */
function relocated(loaded: LoadedProject, dir: string): LoadedProject {
  return JSON.parse(JSON.stringify(loaded).replaceAll(dir, "/shop"));
}
