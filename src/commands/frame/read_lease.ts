import { AppError } from "../../base/app_error.ts";
import { readIdentity } from "../../platform/processes/process_identity.ts";
import type { LeaseWish, Owner, ProcessReference } from "../../protocol/owner.ts";
import type { ParsedArgs } from "./parse_args.ts";
import { toProcessReference } from "./read_owner.ts";

/** What the flags of a lease say; `owner` is who calls. @throws AppError `usage.*` */
export function readLease(args: ParsedArgs, owner: Owner): LeaseWish | undefined {
  const durationMs = args.duration("lease");
  const process = readProcessFlags(args, owner);
  if (durationMs === undefined && process === undefined) return undefined;
  if (durationMs === 0) {
    throw new AppError("usage.bad_lease", "A lease of 0s is over before it begins", {
      hint: "Give --lease a time such as 30m or 2h",
    });
  }
  return {
    ...durationMs !== undefined && { duration_ms: durationMs },
    ...process && { process },
  };
}

function readProcessFlags(args: ParsedArgs, { process }: Owner): ProcessReference | undefined {
  const given = args.value("with-pid");
  if (!args.has("with-owner")) return given === undefined ? undefined : findProcess(given);
  if (given !== undefined) {
    throw new AppError("usage.conflict", "Either --with-pid or --with-owner, not both");
  }
  if (process !== undefined) return process;
  throw new AppError("usage.no_owner_process", "Cannot tell which process has called", {
    hint: "Name it: --with-pid PID",
  });
}

function findProcess(given: string): ProcessReference {
  const identity = /^\d{1,7}$/.test(given) && Number(given) > 1
    ? readIdentity(Number(given))
    : undefined;
  if (identity !== undefined) return toProcessReference(identity);
  throw new AppError("usage.no_such_process", `No such process: ${JSON.stringify(given)}`, {
    hint: "Give --with-pid the number of a process that lives, such as $$ of a script",
  });
}
