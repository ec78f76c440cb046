import * as z from "zod/mini";
import { wholeNumber } from "./meaning.ts";
import * as v from "./values.ts";

/** A process that cannot be mistaken for one that gets its pid later. */
export const ProcessReference = z.object({
  pid: wholeNumber({ name: "pid", must: "a whole number from 2 to 4194304" }, {
    least: 2,
    most: 4_194_304,
  }),
  /** When it was started, as the platform counts that; to be compared only. */
  start_time: v.Label,
  /** Names the boot of the machine, and the pid namespace. */
  boot_id: v.Label,
});
export type ProcessReference = z.infer<typeof ProcessReference>;

/** Who has something run: the name tells one owner from another, together with session and process of an agent. */
export const Owner = z.object({
  /** `IMP_OWNER`, or the agent, or the user. */
  name: v.JobName,
  user: v.Label,
  /** `claude`, `codex`, `cursor`, `gemini` … where one calls. */
  agent: z.optional(v.Label),
  /** The id of the agent's session, where it tells one. */
  session: z.optional(v.Label),
  /** `pts/3`: where a person types. */
  terminal: z.optional(v.Label),
  /** The agent's own process, else the leader of the caller's session: when it has gone, the job is left over. */
  process: z.optional(ProcessReference),
});
export type Owner = z.infer<typeof Owner>;

/** How long the daemon keeps a job up: it is stopped when the first of these is over. */
export const LeaseWish = z.object({
  /** From now on. */
  duration_ms: z.optional(v.Milliseconds),
  /** For as long as this process lives. */
  process: z.optional(ProcessReference),
});
export type LeaseWish = z.infer<typeof LeaseWish>;
