import { AppError, reasonOf } from "../../base/app_error.ts";
import type { CommandContext } from "./command.ts";
import { writeNote } from "./write.ts";

/**
 * Says that what is on stdin is not passed on; true when there was something to be said. To be asked at the beginning,
 * and once more at the end when nothing was there then: nobody waits for what may never come.
 */
export async function noteUnread(ctx: CommandContext, verb: "run" | "exec"): Promise<boolean> {
  if (!(await ctx.stdin.look()).hasBytes) return false;
  await writeNote(
    ctx,
    `what is on stdin is not passed on; imp ${verb} --stdin does that, </dev/null says that it is meant so`,
  );
  return true;
}

/** Our stdin, read when more is wanted. @throws AppError `input.failed` while it is read */
export async function* readStdin(ctx: CommandContext): AsyncGenerator<Uint8Array> {
  try {
    yield* ctx.stdin.bytes;
  } catch (error) {
    throw new AppError("input.failed", `Cannot read stdin: ${reasonOf(error)}`, { cause: error });
  }
}
