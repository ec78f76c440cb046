import { matchesAnything } from "../../platform/digest_files.ts";
import type { RightProject } from "../../project/load_project.ts";
import type { PlannedJob } from "../../project/project_plan.ts";
import type { TreePath } from "../../project/project_tree.ts";
import { showPath, type Trouble } from "../../project/trouble.ts";

/** Globs of a right project that mean nothing that is there: most are misspelled, and the file is right all the same. */
export async function findIdleGlobs(
  { plan, tree }: Pick<RightProject, "plan" | "tree">,
): Promise<Trouble[]> {
  const found: Trouble[] = [];
  const known = new Map<string, boolean>();
  for (const job of plan.jobs) {
    for (const { glob, path } of globsOf(job, tree)) {
      const name = JSON.stringify([job.workdir, glob]);
      if (!known.has(name)) known.set(name, await matchesAnything(job.workdir, glob));
      if (known.get(name)) continue;
      const message = `${JSON.stringify(glob)} matches nothing in ${job.workdir}`;
      found.push({ ...tree.spotOf(path), path: showPath(path), message });
    }
  }
  return found;
}

/** What a job looks at, and where that is written. */
function globsOf({ name, watch, inputs }: PlannedJob, tree: RightProject["tree"]) {
  const listed = (key: string, globs: readonly string[], within: TreePath = []) => {
    const own: TreePath = ["jobs", name, key];
    const path = tree.valueAt(own) === undefined ? ["defaults", key] : own;
    const table = tree.valueAt([...path, ...within]) === undefined ? path : [...path, ...within];
    const isList = Array.isArray(tree.valueAt(table));
    return globs.map((glob, at) => ({ glob, path: isList ? [...table, at] : table }));
  };
  return [...listed("watch", watch?.paths ?? [], ["paths"]), ...listed("inputs", inputs)];
}
