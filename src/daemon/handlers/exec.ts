import { AppError } from "../../base/app_error.ts";
import type { Handler } from "../handler.ts";

/** Runs a command for a client and streams it back. */
export const handleExec: Handler<"exec"> = () => {
  throw new AppError("exec.unknown_handler", "Cannot run the command: no handler takes it");
};
