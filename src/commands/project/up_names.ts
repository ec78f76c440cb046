import { AppError } from "../../base/app_error.ts";
import { findNearest } from "../../base/nearest.ts";
import type { PlannedJob, ProjectPlan } from "../../project/project_plan.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import type { ApplyWishes } from "./to_apply.ts";

/** What is asked of an `up`. */
export interface UpWishes extends ApplyWishes {
  readonly up: string[];
}

/**
 * Which jobs are to be up: those that are named, by themselves or by a group; else all but those that are started only
 * when somebody names or confirms them.
 * @throws AppError `job.not_found`, `usage.conflict`
 */
export function readUpWishes(plan: ProjectPlan, args: ParsedArgs): UpWishes {
  const named = args.operands.flatMap((word) => findJobs(plan, word));
  const until = args.value("until");
  const standard = plan.jobs.filter(({ autostart, confirm }) => autostart && !confirm);
  const chosen = args.operands.length > 0 ? named : standard;
  const last = until === undefined ? [] : findJobs(plan, until);
  // A time is not now: of all jobs these only have their schedules count.
  const waits = (job: PlannedJob) => job.schedule !== undefined && !named.includes(job);
  const up = [...new Set([...chosen.filter((job) => !waits(job)), ...last].map(nameOf))];
  const scheduled = chosen.filter(waits).map(nameOf);
  return {
    up,
    ...scheduled.length > 0 && { scheduled },
    ...args.has("confirm") && { confirmed: confirmedOf(plan, args.operands.length > 0 ? up : []) },
    ...args.has("prune") && { prune: true },
    ...args.has("dry-run") && { dry_run: true },
  };
}

function nameOf({ name }: PlannedJob): string {
  return name;
}

/** Only what is named is confirmed. */
function confirmedOf({ jobs }: ProjectPlan, names: readonly string[]): string[] {
  const confirmed = jobs.filter(({ name, confirm }) => confirm && names.includes(name));
  if (confirmed.length > 0) return confirmed.map(({ name }) => name);
  throw new AppError(
    "usage.missing_job",
    "--confirm needs the name of a job that has confirm: true",
    {
      hint: "imp up --confirm JOB",
    },
  );
}

function findJobs({ jobs }: ProjectPlan, word: string): PlannedJob[] {
  const found = word.startsWith("@")
    ? jobs.filter(({ groups }) => groups.includes(word.slice(1)))
    : jobs.filter(({ name }) => name === word);
  if (found.length > 0) return found;
  const groups = jobs.flatMap((job) => job.groups.map((group) => `@${group}`));
  const near = findNearest(word, [...jobs.map(({ name }) => name), ...groups]);
  throw new AppError("job.not_found", `The project file has no ${JSON.stringify(word)}`, {
    hint: near === undefined ? "See imp check, imp graph" : `Did you mean ${near}?`,
  });
}
