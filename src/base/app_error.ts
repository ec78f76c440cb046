/**
 * `base/` holds the words every other room speaks with: errors, exit codes, durations, ids, the clock's and the
 * logger's interfaces. It does no I/O and knows neither Deno nor zod.
 */

/** What an error looks like on the wire and in `--json`. */
export interface ErrorShape {
  /** Stable and dotted: `file.unreadable`. */
  code: string;
  /** What could not be done. */
  message: string;
  /** What to type or look at next. */
  hint?: string | undefined;
}

/** Options of {@linkcode AppError}. */
export interface AppErrorOptions {
  /** What to type or look at next. */
  hint?: string | undefined;
  /** What it came of. */
  cause?: unknown;
}

/**
 * A failure with a stable, dotted code. The message says what could not be done, with values quoted and no final
 * period; anything that is not an AppError is a bug in imp.
 */
export class AppError extends Error {
  /** What errors of this kind are called. */
  override readonly name = "AppError";
  /** Stable and dotted: `file.unreadable`. */
  readonly code: string;
  /** What to type or look at next. */
  readonly hint: string | undefined;

  /** `code` is for programs, `message` and the hint are for people. */
  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  /** The error as it travels; the cause stays at home. */
  toShape(): ErrorShape {
    return this.hint === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, hint: this.hint };
  }

  /** The error that travelled here. */
  static fromShape(shape: ErrorShape): AppError {
    return new AppError(shape.code, shape.message, { hint: shape.hint });
  }
}

/** What the system says when it gives no more of something, and what to do then. */
const EXHAUSTED: Readonly<Record<string, string>> = {
  EFBIG: "Raise the limit of file sizes (`ulimit -f`) for imp",
  EMFILE: "Raise the limit of open files (`ulimit -n`) for imp; it needs 32 and more",
  ENFILE: "The whole system has too many files open: end what holds them",
  ENOMEM: "The system is out of memory: end what holds it",
  ENOSPC: "Free some space; running jobs are not affected",
};

/** Any thrown value as a shape: what is neither an AppError nor a want of the system is a bug in imp and says so. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof AppError) return error.toShape();
  const message = messageOf(error);
  const hint = error instanceof Error && "code" in error
    ? EXHAUSTED[String(error.code)]
    : undefined;
  if (hint !== undefined) return { code: "system.exhausted", message, hint };
  return {
    code: "internal.bug",
    message: `This is a bug in imp: ${message}`,
    hint: "Please report it with the lines above and the output of `imp doctor`",
  };
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the system says went wrong, without its number and what it was asked: `no such file or directory`. */
export function reasonOf(error: unknown): string {
  const words = messageOf(error).replace(/ \(os error \d+\).*/s, "");
  return words.charAt(0).toLowerCase() + words.slice(1);
}
