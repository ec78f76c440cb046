import type { ProjectPlan } from "../../project/project_plan.ts";
import { renderTable } from "./table.ts";

/** The jobs of a project level by level, what each waits for behind it. */
export function renderGraph(
  { jobs, levels }: ProjectPlan,
  { color, width }: { color: boolean; width: number | undefined },
): Promise<string[]> {
  const levelOf = toLevelOf(levels);
  return renderTable({
    columns: [{ title: "LEVEL", align: "right" }, { title: "JOB" }, { title: "KIND" }, {
      title: "AFTER",
    }],
    rows: jobs.map(({ name, task, autostart, depends_on }) => [
      { text: String(levelOf.get(name)) },
      { text: name, tone: autostart ? undefined : "dim" },
      { text: task ? "task" : "service", tone: task ? "info" : undefined },
      { text: depends_on.map((each) => `${each.job} ${each.for}`).join(", "), tone: "dim" },
    ]),
    width,
    color,
  });
}

/** The same as a flowchart of Mermaid: a task is a slanted box, and what starts only when asked for has a broken border. */
export function renderMermaid({ jobs }: ProjectPlan): string[] {
  const idOf = new Map(jobs.map(({ name }, index) => [name, `j${index}`]));
  const nodes = jobs.map(({ name, task }) => {
    const [open, close] = task ? ["[/", "/]"] : ["[", "]"];
    return `  ${idOf.get(name)}${open}"${name}"${close}`;
  });
  const edges = jobs.flatMap(({ name, depends_on }) =>
    depends_on.map((each) => `  ${idOf.get(each.job)} -->|${each.for}| ${idOf.get(name)}`)
  );
  const resting = jobs.filter(({ autostart }) => !autostart).map(({ name }) =>
    `  style ${idOf.get(name)} stroke-dasharray: 4`
  );
  return ["flowchart LR", ...nodes, ...edges, ...resting];
}

/** The same for other programs. */
export function toGraphJson({ file, name, jobs, levels }: ProjectPlan): unknown {
  const levelOf = toLevelOf(levels);
  return {
    file,
    name: name ?? null,
    levels,
    jobs: jobs.map(({ name, description, task, autostart, groups, depends_on }) => ({
      ...{ name, description: description ?? null, level: levelOf.get(name) },
      ...{ task, autostart, groups, depends_on },
    })),
  };
}

/** The number of each job's level, from 1. */
function toLevelOf(levels: ProjectPlan["levels"]): ReadonlyMap<string, number> {
  return new Map(levels.flatMap((level, index) => level.map((name) => [name, index + 1])));
}
