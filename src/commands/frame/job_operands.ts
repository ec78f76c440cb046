import { AppError } from "../../base/app_error.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** `--all`, where jobs are named. */
export const ALL_FLAG: FlagSpec = { name: "all", summary: "All jobs instead of named ones" };

/** `--confirm`, where jobs are started. */
export const CONFIRM_FLAG: FlagSpec = {
  name: "confirm",
  summary: "Start also jobs that the project file has with confirm: true",
};

/**
 * The jobs a command is about, or all of them.
 * @throws AppError `usage.missing_job` when none is named, `usage.conflict` when both are
 */
export function readJobs(
  args: Pick<ParsedArgs, "operands" | "has">,
  verb: string,
): { jobs: string[]; all?: boolean } {
  const jobs = [...args.operands];
  if (args.has("all")) {
    if (jobs.length === 0) return { jobs, all: true };
    throw new AppError("usage.conflict", "Either name jobs or use --all, not both");
  }
  if (jobs.length > 0) return { jobs };
  throw new AppError("usage.missing_job", `Which job? imp ${verb} needs one`, {
    hint: `imp ${verb} JOB…, with an id or a name from imp list`,
  });
}

/**
 * The one job a command is about.
 * @throws AppError `usage.missing_job`, `usage.unexpected_word`
 */
export function readOneJob(args: ParsedArgs, verb: string): string {
  const [job, extra] = args.operands;
  if (job === undefined) return readJobs(args, verb).jobs[0]!;
  if (extra === undefined) return job;
  throw new AppError("usage.unexpected_word", `imp ${verb} takes one job, not also "${extra}"`);
}

/** Makes sure that there are no words besides flags. @throws AppError `usage.unexpected_word` */
export function expectNoOperands(args: ParsedArgs, verb: string): void {
  const [word] = args.operands;
  if (word === undefined) return;
  throw new AppError("usage.unexpected_word", `imp ${verb} takes no ${JSON.stringify(word)}`, {
    hint: `See imp help ${verb}`,
  });
}
