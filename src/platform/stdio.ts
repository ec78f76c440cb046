import { AppError, messageOf } from "../base/app_error.ts";
import type { StdinLook } from "./own_stdin.ts";
import { terminalSize } from "./terminal.ts";

const encoder = new TextEncoder();

/** One of our own output streams. A write resolves when the kernel has taken all of it. */
export interface StandardOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  /** @throws AppError `output.closed` when the reader has gone, `output.failed` when the disk is full */
  write(data: string | Uint8Array): Promise<void>;
}

/** Our own input stream. */
export interface StandardInput {
  readonly isTerminal: boolean;
  readonly bytes: ReadableStream<Uint8Array>;
  /** What can be seen of it without reading. */
  look(): Promise<StdinLook>;
}

type Stream = Pick<typeof Deno.stdout, "write" | "writeSync" | "isTerminal">;

/** `/dev/null` of Linux. */
const NULL_DEVICE = 0x103;

/** Whether no write to it can wait for a reader. */
function isSteady(descriptor: number): boolean {
  try {
    const { isFile, isCharDevice, rdev } = Deno.statSync(`/dev/fd/${descriptor}`);
    return isFile || (isCharDevice === true && rdev === NULL_DEVICE);
  } catch {
    return false;
  }
}

function openOutput(stream: Stream, descriptor: number): StandardOutput {
  const name = descriptor === 1 ? "stdout" : "stderr";
  let writesAtOnce: boolean | undefined;
  return {
    get isTerminal() {
      return stream.isTerminal();
    },
    get columns() {
      return terminalSize()?.columns ?? 80;
    },
    get rows() {
      return terminalSize()?.rows ?? 24;
    },
    async write(data) {
      let rest = typeof data === "string" ? encoder.encode(data) : data;
      try {
        // Without a thread of its own, and a turn of the loop, for each.
        writesAtOnce ??= isSteady(descriptor);
        while (rest.length > 0) {
          rest = rest.subarray(writesAtOnce ? stream.writeSync(rest) : await stream.write(rest));
        }
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) {
          throw new AppError("output.closed", `Nobody reads ${name} any more`, { cause: error });
        }
        throw new AppError("output.failed", `Cannot write to ${name}: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

/** The three streams that we were started with. */
export function openStandardStreams(): {
  stdin: StandardInput;
  stdout: StandardOutput;
  stderr: StandardOutput;
} {
  return {
    stdin: {
      get isTerminal() {
        return Deno.stdin.isTerminal();
      },
      get bytes() {
        return Deno.stdin.readable;
      },
      async look() {
        const { lookAtStdin } = await import("./own_stdin.ts");
        return await lookAtStdin();
      },
    },
    stdout: openOutput(Deno.stdout, 1),
    stderr: openOutput(Deno.stderr, 2),
  };
}
