import { parseTree, tryParseTree } from "../parse_tree.ts";
import type { Imported, Importer, ImportInput } from "./importer.ts";
import { hasLasting, jobsOfScripts } from "./script_jobs.ts";
import type { SourceFiles } from "./source_files.ts";
import { SourceTable } from "./source_table.ts";

const LOCK_FILES: readonly [name: string, runner: string][] = [
  ["package-lock.json", "npm"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["deno.lock", "deno"],
];

/** The scripts of a package.json that go on until they are stopped, by the program that its lock file is of. */
export const packageJson: Importer = {
  kind: "package.json",
  names: ["package.json"],
  hasScripts: true,
  recognizes: async (file) => hasLasting((await tryParseTree(file))?.data, "scripts"),
  read: readScripts,
};

async function readScripts(
  { file, files, losses, scripts: chosen }: ImportInput,
): Promise<Imported> {
  const top = SourceTable.of(await parseTree(file), losses);
  const engine = top.table("devEngines")?.table("packageManager")?.text("name");
  const named = /^\w+/.exec(top.text("packageManager") ?? engine ?? "")?.[0];
  const runner = LOCK_FILES.some(([, each]) => each === named) ? named! : runnerOf(files);
  const scripts = top.table("scripts");
  const texts = (scripts?.names ?? []).map((name) => [name, scripts!.text(name)] as const)
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  return jobsOfScripts({
    texts: new Map(texts),
    runner: runner === "deno" ? "deno task" : `${runner} run`,
    chosen,
  });
}

/** Which program runs the scripts: in a workspace, the lock file lies above. */
function runnerOf(files: SourceFiles): string {
  for (const dir of [".", "..", "../.."]) {
    const names = files.list(dir);
    const found = LOCK_FILES.find(([name]) => names.includes(name));
    if (found !== undefined && names.includes("package.json")) return found[1];
  }
  return "npm";
}
