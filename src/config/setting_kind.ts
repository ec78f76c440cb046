import * as z from "zod/mini";
import { messageOf } from "../base/app_error.ts";
import { parseDuration } from "../base/duration.ts";
import { formatSize, LARGEST_BYTES, parseSize } from "../base/size.ts";

/** What may be written for a setting, how it is read, and how it is shown. */
export interface SettingKind<Value> {
  readonly schema: z.ZodMiniType<Value>;
  /** Completes "must be …". */
  readonly expected: string;
  /** The value as one would write it in a file. */
  readonly show: (value: Value) => string | number;
}

/** Bounds of a number; `zero` lets 0 stand for "off" below `least`. */
export interface Bounds {
  readonly least?: number;
  readonly most?: number;
  readonly zero?: boolean;
}

const LONGEST_DURATION_MS = 365 * 86_400_000;
/** No duration or size needs more, and reading one is not made for megabytes. */
const LONGEST_VALUE = 100;

/** A time span, written `30s`, read as milliseconds. */
export function duration(bounds: Bounds): SettingKind<number> {
  const limits = { most: LONGEST_DURATION_MS, least: 0, ...bounds };
  return {
    schema: reading(z.string(), (text) => within(parseDuration(text), limits)),
    expected: `a duration such as "30s"${range(bounds, showDuration)}`,
    show: showDuration,
  };
}

/** A size, written `64MiB` or as a number of bytes. */
export function bytes(bounds: Bounds): SettingKind<number> {
  const limits = { most: LARGEST_BYTES, least: 0, ...bounds };
  return {
    schema: reading(
      z.union([z.string(), z.number()]),
      (value) => within(typeof value === "number" ? value : parseSize(value), limits),
    ),
    expected: `a size such as "64MiB" or a number of bytes${range(bounds, showSize)}`,
    show: showSize,
  };
}

/** A whole number. */
export function count(bounds: Bounds & { least: number; most: number }): SettingKind<number> {
  return {
    schema: reading(z.number(), (value) => within(value, bounds)),
    expected: `a whole number from ${bounds.least} to ${bounds.most}`,
    show: (value) => value,
  };
}

/** One word of a few. */
export function oneOf<Word extends string>(words: readonly Word[]): SettingKind<Word> {
  return {
    schema: z.enum(words) as unknown as z.ZodMiniType<Word>,
    expected: `one of ${words.join(", ")}`,
    show: (value) => value,
  };
}

function reading<Input, Output>(
  input: z.ZodMiniType<Input>,
  read: (value: Input) => Output,
): z.ZodMiniType<Output> {
  const transform = z.transform((value: Input, context) => {
    try {
      if (typeof value === "string" && value.length > LONGEST_VALUE) {
        throw new RangeError("too long");
      }
      return read(value);
    } catch (error) {
      context.issues.push({ code: "custom", message: messageOf(error), input: value });
      return z.NEVER;
    }
  });
  return z.pipe(input, transform as never) as unknown as z.ZodMiniType<Output>;
}

function within(value: number, { least = 0, most = Infinity, zero = false }: Bounds): number {
  const fits = Number.isSafeInteger(value) && value >= least && value <= most;
  if (fits || (zero && value === 0)) return value;
  throw new RangeError("out of range");
}

/** Exact, unlike {@linkcode formatDuration}, so that it can be written back. */
function showDuration(ms: number): string {
  for (const [unit, size] of [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1_000]]) {
    if (ms > 0 && ms % (size as number) === 0) return `${ms / (size as number)}${unit}`;
  }
  return ms === 0 ? "0s" : `${ms}ms`;
}

function showSize(size: number): string | number {
  const text = formatSize(size);
  return text === String(size) ? size : text;
}

function range(
  { least = 0, most, zero }: Bounds,
  show: (value: number) => string | number,
): string {
  const lower = least > 0 ? `, at least ${show(least)}` : "";
  const upper = most !== undefined ? `, at most ${show(most)}` : "";
  return `${lower}${upper}${zero ? " (0 for none)" : ""}`;
}
