import { isTable } from "../../config/plain_table.ts";
import { parseTree, tryParseTree } from "../parse_tree.ts";
import type { Imported, Importer, ImportInput } from "./importer.ts";
import { hasLasting, jobsOfScripts } from "./script_jobs.ts";
import { SourceTable } from "./source_table.ts";

/** The tasks of a deno.json that go on until they are stopped. */
export const denoJson: Importer = {
  kind: "deno.json",
  names: ["deno.json", "deno.jsonc"],
  hasScripts: true,
  recognizes: async (file) => hasLasting((await tryParseTree(file))?.data, "tasks"),
  read: readTasks,
};

async function readTasks({ file, losses, scripts: chosen }: ImportInput): Promise<Imported> {
  const tree = await parseTree(file);
  const tasks = SourceTable.of(tree, losses).table("tasks");
  const texts = new Map<string, string>();
  const descriptions = new Map<string, string>();
  const groups = new Map<string, readonly string[]>();
  for (const name of tasks?.names ?? []) {
    if (!isTable(tree.valueAt(["tasks", name]))) {
      const text = tasks!.text(name);
      if (text !== undefined) texts.set(name, text);
      continue;
    }
    const task = tasks!.table(name)!;
    const [text, description] = [task.text("command"), task.text("description")];
    const others = task.texts("dependencies") ?? [];
    if (description !== undefined) descriptions.set(name, description);
    // With a command, `deno task` runs them first.
    if (text !== undefined) texts.set(name, text);
    else if (others.length > 0) groups.set(name, others);
    task.finish();
  }
  const known = [...groups].filter(([, others]) => others.every((each) => texts.has(each)));
  return jobsOfScripts({
    texts,
    descriptions,
    groups: new Map(known),
    runner: "deno task",
    chosen,
  });
}
