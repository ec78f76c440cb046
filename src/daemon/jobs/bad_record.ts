import { AppError } from "../../base/app_error.ts";
import type { JobRecord } from "../../store/store.ts";

/** A start of what nobody knows how to start. */
export function badRecord({ id, name }: JobRecord, problem: string): AppError {
  const called = name ?? id;
  return new AppError("job.bad_record", `Cannot start job ${JSON.stringify(called)}: ${problem}`, {
    hint: `Add it again with its command and options, or remove it: imp rm ${called}`,
  });
}
