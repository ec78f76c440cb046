import * as z from "zod/mini";
import { Label, Position } from "./values.ts";

/** The first frame of both sides, within 2 s of connecting. Frozen for all versions: only additions. */
export const Hello = z.object({
  type: z.literal("hello"),
  protocol: Position,
  version: Label,
  /** Build stamp; greater text is newer. */
  build: Label,
  daemon_id: Label,
  pid: Position,
  capabilities: z.array(Label),
  /** Of the daemon, since 0.2: two states may meet in one runtime directory. */
  state_dir: z.optional(z.string()),
});
export type Hello = z.infer<typeof Hello>;
