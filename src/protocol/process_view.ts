import * as z from "zod/mini";

/** A process that a run which is over has left. */
export const LeftProcessView = z.object({
  pid: z.number(),
  command: z.string(),
  run: z.number(),
  /** It is neither in its run's session nor at its output: it goes on through a start or restart. */
  let_go: z.boolean(),
});
export type LeftProcessView = z.infer<typeof LeftProcessView>;

/**
 * What stands in the way of an end: a process that is still there after KILL, or may not be signalled. `pid` 0: it is
 * not known which one. `user` is whom it acts as.
 */
export const Survivor = z.object({
  job_id: z.string(),
  pid: z.number(),
  command: z.string(),
  user: z.optional(z.string()),
});
export type Survivor = z.infer<typeof Survivor>;
