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

type Stream = Pick<typeof Deno.stdout, "write" | "isTerminal">;

function openOutput(stream: Stream, name: string): StandardOutput {
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
        while (rest.length > 0) rest = rest.subarray(await stream.write(rest));
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
        return lookAtStdin();
      },
    },
    stdout: openOutput(Deno.stdout, "stdout"),
    stderr: openOutput(Deno.stderr, "stderr"),
  };
}
