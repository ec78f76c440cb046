import { durationText } from "./duration_text.ts";
import { humanDuration } from "./human_duration.ts";
import { literal, shellText } from "./marked_text.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenProbe } from "./written_job.ts";

/** The keys that say when a daemon is ready, that which tells most first; imp has one. */
const KINDS: Readonly<Record<string, { readonly of: string; read(text: string): WrittenProbe }>> = {
  ready_http: { of: "url", read: (url) => ({ http: literal(url) }) },
  ready_cmd: { of: "run", read: (command) => ({ command: shellText(command) }) },
  ready_port: { of: "port", read: (port) => ({ tcp: literal(port) }) },
  ready_output: { of: "pattern", read: (pattern) => ({ log: literal(pattern) }) },
};

/** `ready` of a daemon. */
export function readPitchforkReady(daemon: SourceTable): WrittenProbe | undefined {
  const probes = Object.keys(KINDS).flatMap((key) => {
    const probe = readKind(daemon, key);
    return probe === undefined ? [] : [{ key, probe }];
  });
  const delay = daemon.number("ready_delay");
  const [first, ...others] = probes;
  for (const { key } of others) daemon.lose(key, `imp looks at one thing: ${first!.key} counts`);
  if (first === undefined) {
    return delay === undefined ? undefined : { delay: durationText(delay * 1_000) };
  }
  if (delay !== undefined) {
    daemon.lose("ready_delay", `imp looks at one thing: ${first.key} counts`);
  }
  return first.probe;
}

function readKind(daemon: SourceTable, key: string): WrittenProbe | undefined {
  const { of, read } = KINDS[key]!;
  const given = daemon.take(key);
  if (given === undefined) return undefined;
  if (typeof given !== "object") {
    const text = daemon.text(key);
    return text === undefined ? undefined : read(text);
  }
  const table = daemon.table(key);
  const text = table?.text(of) ?? table?.text("template");
  const timeout = table?.text("timeout");
  const within = timeout === undefined ? undefined : humanDuration(timeout);
  if (timeout !== undefined && within === undefined) table!.lose("timeout", "it is no duration");
  const status = readStatus(table);
  table?.finish();
  if (text === undefined) return undefined;
  return {
    ...read(text),
    ...status === undefined ? {} : { status },
    ...within === undefined ? {} : { within },
  };
}

function readStatus(table: SourceTable | undefined): readonly number[] | undefined {
  const numbers = table?.has("status") ? table.texts("status")?.map(Number) : undefined;
  const others = numbers?.filter((number) => !(number >= 200 && number < 400));
  return others === undefined || others.length === 0 ? undefined : others;
}
