import { AppError } from "../base/app_error.ts";
import { REQUEST_TRAITS, type RequestName } from "../protocol/request_traits.ts";

/** A daemon that leaves, or has given our place to another, has not looked at what it has not answered. */
const LEFT_UNDONE = ["daemon.stopping", "limit.gave_way"];

/**
 * Whether the next daemon is to be asked instead, when this error came in the place of an answer: the daemon has not done
 * what it was asked for, or doing it twice is no harm.
 */
export function wasLeftUndone(error: unknown, type: RequestName): boolean {
  const { nature } = REQUEST_TRAITS[type];
  if (nature === "ends" || !(error instanceof AppError)) return false;
  // Who only asks does not mind whether a daemon that was killed had done it already.
  return LEFT_UNDONE.includes(error.code) ||
    error.code === "daemon.connection_lost" && nature === "asks";
}
