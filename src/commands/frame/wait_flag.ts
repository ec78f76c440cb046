import type { DaemonClient } from "../../client/client.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** Waits until what was started is ready. */
export const WAIT_FLAG: FlagSpec = {
  name: "wait",
  value: "TIME",
  mayStandAlone: true,
  summary: "Return when it is ready or has ended, or after TIME",
};

/** What {@linkcode WAIT_FLAG} asks for. */
export interface ReadyWait {
  readonly timeoutMs: number | undefined;
}

/** What the flag says; undefined where it is not given. @throws AppError `usage.bad_duration` */
export function readWait(args: ParsedArgs): ReadyWait | undefined {
  if (!args.has("wait")) return undefined;
  return { timeoutMs: args.value("wait") === "" ? undefined : args.duration("wait") };
}

/** An older daemon calls a job ready as soon as it runs. @throws AppError `version.too_old` */
export async function expectReadiness({ hello }: Pick<DaemonClient, "hello">): Promise<void> {
  const { expectCapability } = await import("../../client/expect_capability.ts");
  expectCapability(hello, "readiness", "tell whether a job is ready");
}
