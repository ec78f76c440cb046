import type { Handler } from "./handler.ts";

/** Gives a job another name; it need not be down for that. */
export const handleRename: Handler<"rename", "supervisor"> = (
  { job: reference, name },
  { supervisor },
) => {
  const job = supervisor.resolve(reference);
  supervisor.definitions.rename(job, name);
  return { job: job.view() };
};
