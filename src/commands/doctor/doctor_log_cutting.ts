import { messageOf } from "../../base/app_error.ts";
import { writeFileAtomic } from "../../platform/atomic_write.ts";
import { CUT_BLOCK_BYTES, cutFront } from "../../platform/cut_front.ts";
import { checkPrivateDir } from "../../platform/check_private_dir.ts";
import { removeFile } from "../../platform/remove_file.ts";
import type { CommandContext } from "../frame/command.ts";
import { type Finding, ok } from "./doctor_check.ts";

const HOW = {
  collapsed: "old output is cut off the front of the files",
  punched: "old output is punched out of the files; they keep their length and take no space",
} as const;

/** Whether the file system can give up the front of a file that is being written to. */
export function checkLogCutting({ paths }: CommandContext): Finding[] {
  if (!checkPrivateDir(paths.logsDir)) return [ok("seen when there is output")];
  const trial = `${paths.logsDir}/.trial`;
  try {
    writeFileAtomic(trial, new Uint8Array(2 * CUT_BLOCK_BYTES));
    const result = cutFront(trial, CUT_BLOCK_BYTES);
    if (result !== "unsupported") return [ok(HOW[result])];
    return [{
      level: "warning",
      text: "The file system cannot cut old output off: log_max_bytes has no effect",
      hint: `Put ${paths.logsDir} on ext4, xfs, btrfs or tmpfs, or mind its size`,
    }];
  } catch (error) {
    return [{ level: "problem", text: `Cannot write to ${paths.logsDir}: ${messageOf(error)}` }];
  } finally {
    removeFile(trial);
  }
}
