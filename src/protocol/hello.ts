import * as z from "./schema.ts";

/** The first frame of both sides, within 2 s of connecting. Frozen for all versions: only additions. */
export const Hello = z.object({
  type: z.literal("hello"),
  protocol: z.number(),
  version: z.string(),
  /** Build stamp; greater text is newer. */
  build: z.string(),
  daemon_id: z.string(),
  pid: z.number(),
  capabilities: z.array(z.string()),
});
export type Hello = z.infer<typeof Hello>;
