import type { CommandContext } from "../frame/command.ts";
import { findDaemons } from "../frame/known_daemons.ts";
import { readStatus } from "../frame/status_source.ts";

/** A project of the user, as the page lists it. */
export interface ListedProject {
  readonly daemon_id: string;
  readonly running: boolean;
  /** How many jobs are in each status; empty when nobody knows. */
  readonly counts: Readonly<Record<string, number>>;
}

/** All of them, as `imp daemon list` knows them, each with what its daemon said last. */
export async function listProjects(ctx: CommandContext): Promise<ListedProject[]> {
  const daemons = await findDaemons(ctx);
  return await Promise.all(daemons.map(async ({ daemon, paths }) => {
    const { daemon_id, running } = daemon;
    const status = await readStatus({ paths, clock: ctx.clock }).catch(() => undefined);
    return { daemon_id, running, counts: status?.counts ?? {} };
  }));
}
