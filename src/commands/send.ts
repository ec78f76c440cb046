import { AppError } from "../base/app_error.ts";
import type { Command, CommandContext } from "./command.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { writeJson } from "./output/write.ts";

/** As much of stdin as goes into one request; in base64 it still fits into a frame. */
const CHUNK_BYTES = 256 * 1024;

/** `imp send`: text for a job's stdin. */
export const command: Command = {
  usage: ["send JOB [TEXT…]", "send JOB < FILE"],
  description: "Writes to the stdin of a job that was added with --stdin: the words with spaces " +
    "between them and a newline, or all of imp's own stdin as it is.",
  flags: [{ name: "no-newline", short: "n", summary: "Do not end the words with a newline" }],
  operands: "jobs",
  examples: [
    { command: "imp send repl 'print(1)'", what: "a line" },
    { command: "imp send repl < script.py", what: "a file" },
  ],
  output: 'Nothing. With --json {"bytes":9}.',
  exitCodes: { 0: "it was written", ...JOB_EXIT_CODES, 6: "the job is not up, or has no stdin" },
  async run(ctx, args) {
    const [job, ...words] = args.operands;
    if (job === undefined) {
      throw new AppError("usage.missing_job", "Which job? imp send needs one", {
        hint: "imp send JOB TEXT",
      });
    }
    const client = await ctx.client();
    let bytes = 0;
    for await (const chunk of chunksToSend(ctx, words, args.has("no-newline"))) {
      const reply = await client.request("send", { job, data_base64: chunk.toBase64() });
      bytes += reply.bytes;
    }
    if (ctx.json) await writeJson(ctx, { bytes });
    return 0;
  },
};

async function* chunksToSend(
  ctx: CommandContext,
  words: readonly string[],
  isBare: boolean,
): AsyncGenerator<Uint8Array> {
  if (words.length > 0) {
    yield new TextEncoder().encode(words.join(" ") + (isBare ? "" : "\n"));
    return;
  }
  for await (const bytes of ctx.stdin.bytes) {
    for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
      yield bytes.subarray(offset, offset + CHUNK_BYTES);
    }
  }
}
