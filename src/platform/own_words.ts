import { AppError } from "../base/app_error.ts";

/** What Deno puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = "\ufffd";

/**
 * Refuses words that nobody can have read right: Deno 2.8 ends before our first line when an argument is not UTF-8, later
 * ones hand it on with replacement characters, and with those imp would act on something else than what was typed.
 * @throws AppError `usage.not_text`
 */
export function refuseUnreadableWords(
  argv: readonly string[],
  readArguments: () => Uint8Array | undefined = readOwnArguments,
): void {
  const word = argv.find((each) => each.includes(REPLACEMENT));
  if (word === undefined) return;
  const bytes = readArguments();
  // It may also have been typed.
  if (bytes === undefined || isText(bytes)) return;
  throw new AppError("usage.not_text", `Cannot read ${JSON.stringify(word)}: it is not UTF-8`, {
    hint: "A shell inside the job can make it: imp run -- sh -c '…'",
  });
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The words that we were started with; undefined where the system does not tell. */
function readOwnArguments(): Uint8Array | undefined {
  try {
    return Deno.readFileSync("/proc/self/cmdline");
  } catch {
    return undefined;
  }
}
