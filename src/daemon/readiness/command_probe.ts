import { notReady, READY, type Try } from "./probe.ts";
import type { CommandToTry, ProbeWorld } from "./probe_world.ts";

/** Ready is code 0 of a command that runs where the job runs. */
export function commandProbe(
  command: CommandToTry,
  world: Pick<ProbeWorld, "runCommand">,
): Try {
  return async (signal) => {
    const { code, signal: ended, said } = await world.runCommand(command, signal);
    if (code === 0) return READY;
    const how = code === null ? `ended by ${ended}` : `exit code ${code}`;
    return notReady(said === "" ? how : `${how}: ${said}`);
  };
}
