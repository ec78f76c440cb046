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
});
export type Hello = z.infer<typeof Hello>;
