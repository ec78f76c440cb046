import { AppError } from "../base/app_error.ts";
import type { DaemonClient } from "../client/client.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson, writeNote } from "./frame/write.ts";

/** As much as goes into one request; in base64 it still fits into a frame. */
const MOST_IN_REQUEST = 256 * 1024;

/** `imp send`: text for a job's stdin. */
export const command: Command = {
  usage: ["send JOB [TEXT…]", "send JOB - < FILE", "send JOB [TEXT…] --eof"],
  description:
    "Writes to the stdin of a job that was added with --stdin or --tty: the words with " +
    "spaces between them and a newline; without words, or with - in their place, all of imp's " +
    "own stdin as it is. A job that does not read is waited for. --eof ends its stdin behind " +
    "that, for good, and alone sends nothing more; in a terminal it types Ctrl+D.",
  flags: [
    { name: "no-newline", short: "n", summary: "Do not end the words with a newline" },
    { name: "eof", summary: "End the job's stdin behind what is sent" },
    { name: "timeout", value: "TIME", summary: "Give up when the job does not take it in time" },
  ],
  operands: "jobs",
  examples: [
    { command: "imp send repl 'print(1)'", what: "a line" },
    { command: "imp send repl < script.py", what: "a file" },
    { command: "imp send sorter --eof", what: "nothing more comes" },
    { command: "imp send db - --eof < dump.sql", what: "a file, and its end" },
  ],
  output: 'Nothing. With --json {"bytes":9}.',
  exitCodes: {
    0: "it was written",
    ...JOB_EXIT_CODES,
    6: "the job is not up, has no stdin, reads no more, or its stdin has ended",
    124: "the job did not take all of it within --timeout",
  },
  async run(ctx, args) {
    const sending = readSending(args);
    const client = await ctx.client();
    const bytes = sending.text === undefined || args.has("timeout") ||
        sending.text.length > MOST_IN_REQUEST
      ? await sendAll(ctx, client, { ...sending, timeoutMs: args.duration("timeout") })
      : await sendText(client, { ...sending, text: sending.text });
    if (sending.isAlone) await noteUnsent(ctx);
    if (ctx.json) await writeJson(ctx, { bytes });
    return 0;
  },
};

/** What is to be sent. */
interface Sending {
  readonly job: string;
  /** Undefined: our stdin. */
  readonly text: Uint8Array | undefined;
  readonly eof: boolean;
  /** Nothing but the end. */
  readonly isAlone: boolean;
}

function readSending(args: ParsedArgs): Sending {
  const [job, ...words] = args.operands;
  if (job === undefined) {
    throw new AppError("usage.missing_job", "Which job? imp send needs one", {
      hint: "imp send JOB TEXT",
    });
  }
  const eof = args.has("eof");
  const isAlone = eof && words.length === 0;
  const isStdin = words.length === 0 ? !eof : words.length === 1 && words[0] === "-";
  const line = isAlone ? "" : words.join(" ") + (args.has("no-newline") ? "" : "\n");
  return { job, text: isStdin ? undefined : new TextEncoder().encode(line), eof, isAlone };
}

async function sendText(
  client: DaemonClient,
  { job, text, eof }: Sending & { text: Uint8Array },
): Promise<number> {
  if (eof) {
    const { expectCapability } = await import("../client/expect_capability.ts");
    expectCapability(client.hello, "send_eof", "end the stdin of a job");
  }
  const payload = { job, data_base64: text.toBase64(), ...eof && { eof } };
  return (await client.request("send", payload)).bytes;
}

/** As much as there may be, by ourselves: the job is waited for, and the daemon need not be there. */
async function sendAll(
  ctx: CommandContext,
  client: DaemonClient,
  { job, text, eof, timeoutMs }: Sending & { timeoutMs: number | undefined },
): Promise<number> {
  const { openJobStdin, passOn, endJobStdin } = await import("./frame/job_stdin.ts");
  const { readStdin } = await import("./frame/own_stdin.ts");
  const stdin = await openJobStdin(ctx, client, { job });
  using writer = stdin.writer;
  const limit = new AbortController();
  const cancelLimit = timeoutMs === undefined
    ? () => {}
    : ctx.clock.schedule(timeoutMs, () => limit.abort(timedOut(job, writer.written)));
  const source = text === undefined ? readStdin(ctx) : (async function* () {
    yield text;
  })();
  try {
    await passOn(ctx, { source, signal: limit.signal, writer });
  } catch (error) {
    throw isClosed(error) ? closed(job, writer.written) : error;
  } finally {
    cancelLimit();
  }
  if (eof) await endJobStdin(ctx, client, stdin);
  return writer.written;
}

/** Nobody waits for what may never come, so it is sent only when that is asked for. */
async function noteUnsent(ctx: CommandContext): Promise<void> {
  if (!(await ctx.stdin.look()).hasBytes) return;
  await writeNote(
    ctx,
    "what is on stdin was not sent; imp send JOB - --eof does that, </dev/null says that it is meant so",
  );
}

function isClosed(error: unknown): boolean {
  return error instanceof AppError && error.code === "job.stdin_closed";
}

function closed(job: string, bytes: number): AppError {
  const text = `Job ${job} does not read its stdin any more; ${bytes} bytes were sent before`;
  return new AppError("job.stdin_closed", text);
}

function timedOut(job: string, bytes: number): AppError {
  return new AppError(
    "send.timed_out",
    `Job ${job} has not taken all in time; ${bytes} bytes were sent`,
    { hint: "It does not read, or slowly: imp show tells how it is" },
  );
}
