import type { CommandContext } from "../command.ts";

/** A stream of a job or of a command. */
export type StreamName = "stdout" | "stderr";

/** Where the bytes of a job go: as they are to our own streams, or with `--json` as lines of JSON. */
export interface JobOutput {
  write(stream: StreamName, bytes: Uint8Array): Promise<void>;
}

/** Options of {@linkcode openJobOutput}. */
export interface JobOutputOptions {
  /** Where all of it goes; by default each stream goes to ours of the same name. */
  readonly to?: StreamName;
}

/** Passes bytes through untouched; what is not UTF-8 becomes U+FFFD in JSON. */
export function openJobOutput(ctx: CommandContext, { to }: JobOutputOptions = {}): JobOutput {
  if (!ctx.json) return { write: (stream, bytes) => ctx[to ?? stream].write(bytes) };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  return {
    async write(stream, bytes) {
      const text = decoders[stream].decode(bytes, { stream: true });
      if (text === "") return;
      await ctx.stdout.write(`${JSON.stringify({ type: "output", stream, text })}\n`);
    },
  };
}
