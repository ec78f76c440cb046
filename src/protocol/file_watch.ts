/** Files whose change does something to a job, as requests say it and the store keeps it. */
import * as z from "zod/mini";
import { MEANINGS, text, wholeNumber } from "./meaning.ts";
import { JobName, SignalWord } from "./values.ts";

const LONGEST_GLOB = 1_024;
const MOST_GLOBS = 256;

const Glob = text(
  {
    name: "glob",
    must: `a path or a pattern of paths, without NUL, of 1 to ${LONGEST_GLOB} characters`,
  },
  (glob) => glob !== "" && glob.length <= LONGEST_GLOB && !glob.includes("\0"),
);

const Globs = z.array(Glob, "must be a list of globs").check(
  z.refine((globs) => globs.length <= MOST_GLOBS, `must be ${MOST_GLOBS} globs at most`),
);

const WatchAction = z.discriminatedUnion("action", [
  z.object({ action: z.literal("restart") }),
  /** To the group of a run that goes on. */
  z.object({ action: z.literal("signal"), signal: SignalWord }),
  /** Runs another job. */
  z.object({ action: z.literal("run"), job: JobName }),
], 'must have "restart", "signal" or "run" for its action');

/** Which files are watched for a job, and what follows when one changes. Globs are from its workdir. */
export const FileWatch = z.object({
  paths: Globs.check(z.refine((globs) => globs.length > 0, "must have a glob at least")),
  /** What is left out of these; a name without a slash wherever it is. */
  ignore: z.optional(Globs),
  /** So long it must be quiet before something follows; by default 300. */
  debounce_ms: z.optional(wholeNumber(
    { name: "debounce", must: "a whole number of milliseconds from 0 to 3600000 (an hour)" },
    { least: 0, most: 3_600_000 },
  )),
  /** By default the job is restarted. */
  do: z.optional(WatchAction),
}).register(MEANINGS, {
  name: "file watch",
  must: "which files are watched, and what follows when one changes",
});
export type FileWatch = z.infer<typeof FileWatch>;
