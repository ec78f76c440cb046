import type { JobRecord } from "../../store/store.ts";
import type { CommandToTry, PlacedCommand } from "../readiness/probe_world.ts";
import { type PortOf, withPorts } from "./job_ports.ts";

/** A command that is run for a job: where the job runs, as whom and with its environment. */
export function placeCommand(
  command: CommandToTry,
  record: JobRecord,
  portOf: PortOf,
): PlacedCommand {
  const { umask, surroundings } = record;
  return {
    command: "script" in command ? { script: command.script } : command.command,
    workdir: command.workdir ?? record.workdir,
    env: withPorts(record, portOf).env,
    umask,
    surroundings: surroundings ?? undefined,
  };
}
