import { AppError } from "../../base/app_error.ts";

/** What somebody wants run, as far as its size goes. */
export interface SizedCommand {
  readonly command?: readonly string[] | undefined;
  readonly script?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();

/**
 * Words, script and environment together may have so many bytes, each with the NUL that ends it for the system.
 * @throws AppError `command.too_large`
 */
export function refuseTooLarge({ command = [], script, env }: SizedCommand, maxBytes: number) {
  const texts = [...command, ...script === undefined ? [] : [script]];
  for (const [name, value] of Object.entries(env)) texts.push(`${name}=${value}`);
  const size = texts.reduce((sum, text) => sum + encoder.encode(text).length + 1, 0);
  if (size <= maxBytes) return;
  throw new AppError(
    "command.too_large",
    `The command has ${size} bytes with its environment, and ${maxBytes} are the most`,
    { hint: "Put long text into a file: a script is run by `imp exec -- sh FILE`" },
  );
}
