import { AppError } from "../../base/app_error.ts";
import { isSameSize } from "../../base/terminal_size.ts";
import type { Handler } from "./handler.ts";

/** Gives the terminal of a job another size: of the run that goes on, and of those to come. */
export const handleResize: Handler<"resize", "supervisor" | "host"> = async (
  { job: reference, terminal_size: size },
  { supervisor, host },
) => {
  const job = supervisor.resolve(reference);
  const called = job.record.name ?? job.id;
  if (!job.isLive) {
    throw new AppError("job.not_up", `Job ${called} has no terminal now: it is not up`, {
      hint: `Start it first: imp start ${called}`,
    });
  }
  const { shim } = job.run!;
  if (shim === null || !await host.resizeTerminal(shim, size)) {
    throw new AppError("job.no_terminal", `Job ${called} was started without a terminal`, {
      hint: `Give it one: imp set ${called} --tty --now`,
    });
  }
  const { tty, terminalSize } = job.record;
  if (tty && (terminalSize === null || !isSameSize(terminalSize, size))) {
    job.amend({ terminalSize: size });
  }
  return {};
};
