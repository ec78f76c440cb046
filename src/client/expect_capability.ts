import { AppError } from "../base/app_error.ts";
import type { Capability } from "../protocol/capabilities.ts";
import type { Hello } from "../protocol/hello.ts";

/**
 * Makes sure that the daemon can do what is asked of it: one that cannot would not even know that it was asked.
 * @throws AppError `version.too_old`
 */
export function expectCapability(hello: Hello, capability: Capability, what: string): void {
  if (hello.capabilities.includes(capability)) return;
  throw new AppError(
    "version.too_old",
    `The daemon is imp ${hello.version}, which cannot ${what}`,
    {
      hint: "`imp daemon restart` brings the daemon to the version of this imp; jobs go on",
    },
  );
}
