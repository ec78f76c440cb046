import { Descriptors } from "./descriptors.ts";
import { dropsPathOf } from "../drops_path.ts";
import { keeperMark, type KeptStream, spawnKeeper } from "./keeper.ts";
import { openDescriptor, OpenFlag, openLibc } from "../libc.ts";
import { openLockedOutput } from "./locked_output.ts";
import { PIPE_ENDS } from "./shim.ts";
import { systemClock } from "../system_clock.ts";

/** What a keeper that has died is to be replaced by. */
export interface ReplaceKeeperOptions {
  readonly shimPid: number;
  readonly stateDir: string;
  readonly runId: string;
  readonly stream: KeptStream;
  readonly logPath: string;
}

/** The number of ioctl_list(2), the same on every architecture that Deno has. */
const FIONREAD = 0x541bn;

/**
 * Puts a new keeper in the place of one that has died. Throws where the shim, which holds the pipe open, cannot be
 * looked at; only Linux has a way to it.
 * @throws AppError `job.spawn_failed`
 */
export function replaceKeeper(options: ReplaceKeeperOptions): void {
  const { shimPid, stream, logPath } = options;
  using descriptors = new Descriptors();
  const end = `/proc/${shimPid}/fd/${PIPE_ENDS[stream]}`;
  const input = descriptors.open(end, OpenFlag.readOnly);
  const log = openLockedOutput(descriptors, logPath);
  const dropsPath = dropsPathOf(logPath);
  spawnKeeper({ mark: keeperMark(options), input, log, dropsPath });
  noteLoss(dropsPath);
}

/** What the old one had in its hands is gone, and nobody has counted it. On a full disk that remains unsaid. */
function noteLoss(dropsPath: string): void {
  const line = `${Math.floor(systemClock.now() / 1_000)} ? keeper\n`;
  try {
    Deno.writeTextFileSync(dropsPath, line, { append: true, mode: 0o600 });
  } catch {
    // The daemon's log has it.
  }
}

/** How many bytes wait in the pipe of a stream that a shim holds open; 0 where that cannot be seen. */
export function bytesInPipe(shimPid: number, stream: KeptStream): number {
  const path = `/proc/${shimPid}/fd/${PIPE_ENDS[stream]}`;
  const end = openDescriptor(path, OpenFlag.readOnly | OpenFlag.nonBlocking);
  if (end < 0) return 0;
  const count = new Int32Array(1);
  const result = openLibc().ioctlWithPointer(end, FIONREAD, count);
  openLibc().close(end);
  return result === 0 ? count[0]! : 0;
}
