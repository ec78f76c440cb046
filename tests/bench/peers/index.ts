/** The peers, in the order they are told. */
import type { ContenderKind } from "../contender.ts";
import { pm2 } from "./pm2.ts";
import { pueue } from "./pueue.ts";
import { supervisor } from "./supervisor.ts";
import { taskSpooler } from "./task_spooler.ts";

export const PEERS: readonly ContenderKind[] = [pm2, supervisor, taskSpooler, pueue];
