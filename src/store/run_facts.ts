import * as z from "zod/mini";
import { Count, Text } from "./row_values.ts";

/** How often the kernel has killed a process for want of memory; null where it does not tell. */
const OomKills = z.object({
  /** In the cgroup of the daemon and its jobs. */
  cgroup: z.nullable(Count),
  /** On the whole machine, whoever it was. */
  machine: z.nullable(Count),
});
export type OomKills = z.infer<typeof OomKills>;

/** Who wanted the end of a run. */
const EndAsked = z.object({
  /** `stop`, `restart`, `signal`, `daemon_stop`, `file_change`, `unhealthy`, … */
  what: Text,
  /** The signal that was sent for it; null: the one of the job, or its stop command. */
  signal: z.nullable(Text),
  /** What the command of imp was called by. */
  by: z.optional(z.object({ pid: z.int(), program: Text })),
  /** It did not end in its time, and KILL was needed. */
  killed: z.optional(z.boolean()),
});
export type EndAsked = z.infer<typeof EndAsked>;

/** Digests of what a run was started as; see daemon/jobs/started_as.ts. */
const StartedAs = z.object({
  parts: z.record(z.string(), z.string()),
  env: z.record(z.string(), z.string()),
});
export type StartedAs = z.infer<typeof StartedAs>;

/**
 * What is known of a run beside how it ended, for who wants to know why. Nothing is decided by it: what makes no sense
 * of it is as good as nothing.
 */
const RunFacts = z.object({
  startedAs: z.optional(StartedAs),
  /** When it began. */
  oomBefore: z.optional(OomKills),
  /** While it ran; only of a run that ended badly. */
  oomDuring: z.optional(OomKills),
  /** Why it ended, or did not begin, as a stable word, where imp knows: `memory.limit`, `command.not_found`. */
  cause: z.optional(Text),
  asked: z.optional(EndAsked),
  /** After so many restarts in a row the policy did not start it again. */
  gaveUpAfter: z.optional(Count),
});
export type RunFacts = z.infer<typeof RunFacts>;

/** The facts as their column holds them; of what is none there are none. */
export const RunFactsColumn = z.catch(
  z.pipe(z.nullable(RunFacts), z.transform((facts) => facts ?? {})),
  {},
);
