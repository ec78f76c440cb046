import * as z from "zod/mini";
import {
  anyOf,
  CommandLine,
  duration,
  HttpUrl,
  key,
  listOf,
  Pattern,
  type Reader,
  reading,
  table,
  TcpAddress,
  text,
  wholeNumber,
} from "./values.ts";

const FOLLOWED = {
  http: key(HttpUrl, "A URL that answers with a status of 2xx or 3xx."),
  tcp: key(TcpAddress, "A port that can be connected to: PORT or HOST:PORT."),
  command: key(CommandLine, "A command that ends with code 0."),
  ports: key(
    reading("true", z.literal(true, "must be true"), () => true as const),
    "All declared ports are listened on by the job.",
  ),
};

const ONCE = {
  log: key(Pattern, "A regular expression that a line of its output matches."),
  delay: key(duration(), "It has run for so long."),
};

const TIMING = {
  status: key(listOf(wholeNumber(100, 599), "statuses"), "Statuses of `http` that count as well."),
  interval: key(duration(10), "How long from one try to the next.", "500ms"),
  timeout: key(duration(10), "How long one try may take.", "5s"),
};

const ReadyTable = table({
  ...FOLLOWED,
  ...ONCE,
  ...TIMING,
  within: key(duration(10), "How long it may take in all.", "60s"),
  retries: key(wholeNumber(1, 1_000), "How many tries in a row must succeed.", 1),
}, "a table such as { http: URL }").check(
  exactlyOne(["http", "tcp", "log", "command", "delay", "ports"]),
);

const HealthTable = table({
  ...FOLLOWED,
  ...TIMING,
  interval: key(duration(100), "How long from one look to the next.", "10s"),
  retries: key(wholeNumber(1, 1_000), "How many looks in a row must fail.", 3),
  grace: key(duration(), "How long after a start nothing is looked at.", "30s"),
  then: key(
    z.enum(["report", "restart"], "must be report or restart"),
    "What is done when they have.",
    "report",
  ),
}, "a table such as { http: URL, then: restart }").check(
  exactlyOne(["http", "tcp", "command", "ports"]),
);

/** A probe that looks at one thing. */
function exactlyOne(kinds: readonly string[]) {
  return z.refine<Readonly<Record<string, unknown>>>(
    (probe) => kinds.filter((kind) => probe[kind] !== undefined).length === 1,
    { error: `must have exactly one of ${kinds.join(", ")}` },
  );
}

const WORDS = "http://…, tcp:PORT, log:PATTERN, cmd:COMMAND, delay:TIME or ports";

/** A probe in one word, as on the command line. */
function readWord(word: string): z.output<typeof ReadyTable> | undefined {
  if (/^https?:/.test(word)) return ReadyTable.parse({ http: word });
  if (word === "ports") return { ports: true };
  const [, kind, rest] = /^(tcp|log|cmd|delay):([^]+)$/.exec(word) ?? [];
  return kind === undefined
    ? undefined
    : ReadyTable.parse({ [kind === "cmd" ? "command" : kind]: rest });
}

/** How to see that a job is ready. */
export const Probe = anyOf(`a table such as { http: URL }, or ${WORDS}`, [
  text(`a table such as { http: URL }, or ${WORDS}`, readWord),
  ReadyTable,
]);

/** How to see that it is still well. */
export const HealthProbe: Reader<z.output<typeof HealthTable>> = HealthTable;
