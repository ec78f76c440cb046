import { AppError } from "../../base/app_error.ts";
import { parseSize } from "../../base/size.ts";
import { type LogCursor, parseCursor } from "../../logs/log_cursor.ts";
import type { OutputBudget } from "../../logs/middle_cut.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** How much is shown at most, in the commands that show output. */
export const BUDGET_FLAGS: readonly FlagSpec[] = [
  {
    name: "max-lines",
    value: "N",
    summary: "N lines at most: the middle is left out, and told (0: no limit)",
  },
  {
    name: "max-bytes",
    value: "N",
    summary: "The same for bytes, such as 4000 or 16KiB",
  },
];

/** From where on, in the commands that show output. */
export const CURSOR_FLAG: FlagSpec = {
  name: "cursor",
  value: "C",
  summary: 'Only what came after cursor C ("" begins); the next one is printed to stderr',
};

/** Text for those who pay for each byte, where bytes are passed on as they are. */
const TEXT_FLAGS: readonly FlagSpec[] = [
  { name: "plain", summary: "Line by line as text: no colours, of a progress bar its last state" },
  { name: "dedupe", summary: "--plain, and a line that comes again and again only once" },
];

/** All of them, in the commands that pass on what a job prints. */
export const SHOWN_FLAGS: readonly FlagSpec[] = [...BUDGET_FLAGS, CURSOR_FLAG, ...TEXT_FLAGS];

/** Whether output does not go on as it is, all of it. */
export function isOutputLimited(args: Pick<ParsedArgs, "has">): boolean {
  return SHOWN_FLAGS.some(({ name }) => args.has(name));
}

/** What {@linkcode BUDGET_FLAGS} say; undefined without a limit. @throws AppError `usage.bad_number`, `usage.bad_size` */
export function readBudget(args: Pick<ParsedArgs, "value" | "count">): OutputBudget | undefined {
  const maxLines = readMost(args, "max-lines") || undefined;
  const text = args.value("max-bytes");
  const maxBytes = text === undefined || text === "all" ? undefined : parseSize(text) || undefined;
  return maxLines === undefined && maxBytes === undefined ? undefined : { maxLines, maxBytes };
}

/** A number of lines; undefined for `all` and where nothing is said. @throws AppError `usage.bad_number` */
export function readMost(
  args: Pick<ParsedArgs, "value" | "count">,
  flag: string,
): number | undefined {
  return args.value(flag) === "all" ? undefined : args.count(flag);
}

/** From where on output is asked for: `cursor` is undefined where it begins. */
export interface AskedCursor {
  readonly cursor: LogCursor | undefined;
}

/**
 * What {@linkcode CURSOR_FLAG} says, undefined where it was not given; `others` are flags that say something else of where
 * to begin.
 * @throws AppError `usage.bad_cursor`, `usage.conflict`
 */
export function readCursor(args: ParsedArgs, others: readonly string[]): AskedCursor | undefined {
  const text = args.value("cursor");
  if (text === undefined) return undefined;
  const other = others.find((flag) => args.has(flag));
  if (other !== undefined) {
    throw new AppError("usage.conflict", `Either --cursor or --${other}, not both`, {
      hint: "A cursor says where to begin; --max-lines keeps short what follows",
    });
  }
  return { cursor: parseCursor(text) };
}

/** The words before those of a command that finds what this one has found. */
export function wordsOfImp(args: Pick<ParsedArgs, "value">): readonly string[] {
  const id = args.value("daemon-id");
  return id === undefined ? ["imp"] : ["imp", "--daemon-id", id];
}
