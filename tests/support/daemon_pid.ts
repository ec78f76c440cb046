import type { Box } from "./box.ts";
import { eventually } from "./eventually.ts";
import { isAlive } from "./process_facts.ts";

/** The pid of the daemon that answers in this box; starts one when there is none. */
export async function daemonPid(box: Box, flags: readonly string[] = []): Promise<number> {
  return (await box.impJson([...flags, "ping"])).pid;
}

/** Kills the daemon of the box as nothing else can, and returns when it is gone. */
export async function killDaemon(box: Box, flags: readonly string[] = []): Promise<number> {
  const pid = await daemonPid(box, flags);
  Deno.kill(pid, "SIGKILL");
  await eventually(`the daemon ${pid} is gone`, () => !isAlive(pid));
  return pid;
}
