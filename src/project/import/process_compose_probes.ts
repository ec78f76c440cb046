import { join, relative } from "@std/path/posix";
import { quoteWord } from "../../base/shell_words.ts";
import { durationText } from "./duration_text.ts";
import { literal, shellText } from "./marked_text.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenJob, WrittenProbe } from "./written_job.ts";

const PERIOD = 10;
const FAILURES = 3;

/** Where a process runs, and the directory that this is from. */
interface Place {
  readonly cwd: string | undefined;
  readonly dir: string;
}

/** `ready` and `health` of a process. */
export function readProcessComposeProbes(
  process: SourceTable,
  place: Place,
): Pick<WrittenJob, "ready" | "health"> {
  const readiness = process.table("readiness_probe");
  const line = process.text("ready_log_line");
  const liveness = process.table("liveness_probe");
  const probe = readiness && readReady(readiness, place);
  const ready = line === undefined ? probe : { log: literal(escape(line)) };
  return { ready, health: liveness && readHealth(liveness, place) };
}

/** Text as a regular expression that matches nothing else. */
function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function readReady(table: SourceTable, place: Place): WrittenProbe | undefined {
  const target = readTarget(table, place);
  const delay = table.number("initial_delay_seconds");
  const period = table.number("period_seconds");
  const failures = table.number("failure_threshold");
  const successes = table.number("success_threshold");
  const timeout = table.number("timeout_seconds");
  table.finish();
  if (target === undefined) return undefined;
  const hasEnd = failures !== undefined || delay !== undefined;
  return {
    ...target,
    ...period === undefined ? {} : { interval: durationText(period * 1_000) },
    ...timeout === undefined ? {} : { timeout: durationText(timeout * 1_000) },
    ...hasEnd ? { within: within({ delay, period, failures }) } : {},
    ...successes === undefined || successes === 1 ? {} : { retries: successes },
  };
}

/** imp looks from the start, and gives up where the other one would. */
function within(
  { delay = 0, period = PERIOD, failures = FAILURES }: {
    delay: number | undefined;
    period: number | undefined;
    failures: number | undefined;
  },
): string {
  return durationText((delay + period * failures) * 1_000);
}

function readHealth(table: SourceTable, place: Place): WrittenProbe | undefined {
  const target = readTarget(table, place);
  const grace = table.number("initial_delay_seconds");
  const period = table.number("period_seconds");
  const failures = table.number("failure_threshold");
  const timeout = table.number("timeout_seconds");
  table.lose("success_threshold", "one look is enough");
  table.finish();
  if (target === undefined) return undefined;
  return {
    ...target,
    ...period === undefined ? {} : { interval: durationText(period * 1_000) },
    ...timeout === undefined ? {} : { timeout: durationText(timeout * 1_000) },
    ...failures === undefined ? {} : { retries: failures },
    ...grace === undefined ? {} : { grace: durationText(grace * 1_000) },
    then: "restart",
  };
}

function readTarget(table: SourceTable, place: Place): WrittenProbe | undefined {
  const exec = table.table("exec");
  const command = exec && readExec(exec, place);
  const http = table.table("http_get");
  const target = http && readHttp(http);
  if (target !== undefined && command !== undefined) table.lose("exec", "`http_get` counts");
  return target ?? (command === undefined ? undefined : { command });
}

function readExec(exec: SourceTable, { cwd = ".", dir }: Place): string | undefined {
  const command = exec.text("command");
  const given = exec.text("working_dir");
  exec.finish();
  if (command === undefined) return undefined;
  const text = shellText(command);
  const way = given === undefined || given.startsWith("/") || cwd.startsWith("/")
    ? given && (given.startsWith("/") ? given : join(dir, given))
    : relative(join(dir, cwd), join(dir, given));
  return way === undefined || way === "" || way === cwd ? text : `cd ${quoteWord(way)} && ${text}`;
}

function readHttp(http: SourceTable): WrittenProbe {
  const scheme = http.text("scheme") ?? "http";
  const host = http.text("host") ?? "127.0.0.1";
  const port = http.text("port") ?? http.text("num_port");
  const path = http.text("path") ?? "/";
  const status = http.number("status_code");
  http.lose("headers", "imp sends none");
  if (status !== undefined && status !== 200) {
    http.lose("status_code", "imp takes any status of 2xx and 3xx");
  }
  http.finish();
  const address = port === undefined ? host : `${host}:${port}`;
  return { http: literal(`${scheme.toLowerCase()}://${address}${path}`) };
}
