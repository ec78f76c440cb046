/** A record of the daemon's log as its text has it: `2026-11-21T02:35:00.000Z info  message key=value`. */
const RECORD = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (debug|info|warn|error) +(.*)$/;
const LAST_FIELD = /^(.*) ([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|[^\s"'=\\]+)$/;

/** A line of the daemon's log, as `--json` tells it; time and level are null of what is no record. */
interface LogObject {
  readonly type: "record";
  readonly time: unknown;
  readonly level: unknown;
  readonly message: unknown;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One line of the daemon's log as an object, of either of its formats. */
export function toLogObject(line: string): LogObject {
  const record = RECORD.exec(line);
  if (record === null) {
    const { time = null, level = null, message = line, ...rest } = parseObject(line) ?? {};
    return { type: "record", time, level, message, fields: rest };
  }
  const [, time, level, text] = record;
  const fields: [string, unknown][] = [];
  let message = text!;
  for (let found = LAST_FIELD.exec(message); found !== null; found = LAST_FIELD.exec(message)) {
    fields.unshift([found[2]!, parseValue(found[3]!)]);
    message = found[1]!;
  }
  return { type: "record", time, level, message, fields: Object.fromEntries(fields) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseValue(text: string): unknown {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
