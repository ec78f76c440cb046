import type { PlannedJob } from "../../project/project_plan.ts";
import { formatDeclared } from "../output/format_command.ts";

/** All that is run for a job, and the names of what its environment gets. */
export function describePlanned(job: PlannedJob, dir: string): string[] {
  const names = Object.keys(job.env);
  const place = job.workdir === dir ? [] : [`in ${job.workdir}`];
  const given = names.length === 0 ? [] : [`with ${names.join(" ")}`];
  const around = [...place, ...given].join(", ");
  const others: [string, readonly string[] | undefined][] = [
    ["stop", job.stop.command],
    ["ready", job.ready?.command],
    ["health", job.health?.command],
  ];
  return [
    `  ${job.name}${around === "" ? "" : ` (${around})`}: ${formatDeclared(job.command)}`,
    ...others.flatMap(([what, words]) =>
      words === undefined ? [] : [`    ${what}: ${formatDeclared(words)}`]
    ),
  ];
}
