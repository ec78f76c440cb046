/** The peers, in the order they are told. */
import type { ContenderKind } from "../contender.ts";
import { pitchfork } from "./pitchfork.ts";
import { pm2 } from "./pm2.ts";
import { processCompose } from "./process_compose.ts";
import { pueue } from "./pueue.ts";
import { supervisor } from "./supervisor.ts";
import { taskSpooler } from "./task_spooler.ts";

export const PEERS: readonly ContenderKind[] = [
  pm2,
  supervisor,
  taskSpooler,
  pueue,
  pitchfork,
  processCompose,
];

/** Tools that would belong here, and why they do not. */
export const NOT_MEASURED = ["gob (no version of it can be had from the module proxy)"];
