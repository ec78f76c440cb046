import { AppError } from "../base/app_error.ts";
import { runCommand } from "../platform/run_command.ts";
import { readCommandLine } from "../platform/processes/command_line.ts";

/** A daemon that runs. */
export interface RunningDaemon {
  readonly id: string;
  readonly pid: number;
}

/** A daemon that went over to the new build. */
export interface HandedOver extends RunningDaemon {
  readonly oldPid: number;
}

/**
 * Has the build at `executable` take over from each daemon, as the next command in its project would; their jobs go on.
 * @throws AppError `upgrade.broken_build` at the first that it does not succeed with
 */
export async function handOver(
  executable: string,
  daemons: readonly RunningDaemon[],
): Promise<HandedOver[]> {
  const over: HandedOver[] = [];
  for (const { id, pid } of daemons) {
    over.push({ id, oldPid: pid, pid: await ping(executable, { id, pid }) });
  }
  return over;
}

/** Where there was a daemon, the build at `executable` sees to it that there is one. */
export async function bringBack(
  executable: string,
  daemons: readonly RunningDaemon[],
): Promise<void> {
  for (const daemon of daemons) await ping(executable, daemon).catch(() => undefined);
}

async function ping(executable: string, { id, pid }: RunningDaemon): Promise<number> {
  const command = [executable, "--daemon-id", id, "--json", "ping"];
  const result = await runCommand(command, { cwd: projectDirOf(pid) });
  const answer = /"pid":(\d+)/.exec(result.stdout)?.[1];
  if (result.code === 0 && answer !== undefined) return Number(answer);
  throw new AppError(
    "upgrade.broken_build",
    `The new build cannot take over daemon "${id}": ${result.stderr.trim()}`,
    { hint: "The old one is back in its place, and the jobs go on; tell the maintainers" },
  );
}

/** The settings of its project count for the next daemon, too. */
function projectDirOf(pid: number): string | undefined {
  const words = readCommandLine(pid);
  const at = words.indexOf("--project-dir");
  return at < 0 ? undefined : words[at + 1];
}
