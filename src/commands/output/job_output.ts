import type { StreamName } from "../../logs/log_paths.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeJson, writeNote } from "../frame/write.ts";

/** Where the bytes of a job go: as they are to our own streams, or with `--json` as lines of JSON. */
export interface JobOutput {
  write(stream: StreamName, bytes: Uint8Array): Promise<void>;
  /** Says what is not right with the bytes: on stderr, or as a line of JSON with these fields. */
  tell(stream: StreamName, text: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Puts text among the bytes, or these fields as a line of JSON. */
  insert(
    stream: StreamName,
    text: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

/** Options of {@linkcode openJobOutput}. */
export interface JobOutputOptions {
  /** Where all of it goes; by default each stream goes to ours of the same name. */
  readonly to?: StreamName;
}

/** Passes bytes through untouched; what is not UTF-8 becomes U+FFFD in JSON. */
export function openJobOutput(ctx: CommandContext, { to }: JobOutputOptions = {}): JobOutput {
  if (!ctx.json) {
    return {
      write: (stream, bytes) => ctx[to ?? stream].write(bytes),
      tell: (_, text) => writeNote(ctx, text),
      insert: (stream, text) => ctx[to ?? stream].write(text),
    };
  }
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  return {
    async write(stream, bytes) {
      const text = decoders[stream].decode(bytes, { stream: true });
      if (text === "") return;
      await writeJson(ctx, { type: "output", stream, text });
    },
    tell: (stream, _, fields) => writeJson(ctx, { type: "notice", stream, ...fields }),
    insert: (_stream, _text, fields) => writeJson(ctx, fields),
  };
}
