import { AppError } from "../../base/app_error.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** The regular expression that is the flag's value, if it was given. @throws AppError `usage.bad_pattern` */
export function readPattern(args: ParsedArgs, flag: string): RegExp | undefined {
  const text = args.value(flag);
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, "u");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : undefined;
    throw new AppError(
      "usage.bad_pattern",
      `Not a regular expression: ${JSON.stringify(text)}`,
      { hint: why, cause },
    );
  }
}
