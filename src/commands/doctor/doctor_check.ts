import type { CommandContext } from "../frame/command.ts";

/** What a check found; `ok` is good to know, `warning` works but not as well as it could, `problem` does not work. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** Puts it right; says what it did. */
  readonly fix?: (() => Promise<string> | string) | undefined;
}

/** One thing that `imp doctor` looks at. */
export interface DoctorCheck {
  readonly name: string;
  look(ctx: CommandContext): Promise<Finding[]> | Finding[];
}

/** All is well. */
export function ok(text: string): Finding {
  return { level: "ok", text };
}
