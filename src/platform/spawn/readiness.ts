import { AppError, type ErrorShape, messageOf } from "../../base/app_error.ts";

/**
 * The switch of `daemon run` that makes it tell its parent, in one line on stdout, that it is ready or why not. After
 * that line stdout is a pipe without a reader: nothing may be written to it.
 */
export const READINESS_FLAG = "ready-on-stdout";

/** The switch of `daemon run` by which a wrong settings file is no reason not to begin. */
export const DEFAULTS_FLAG = "defaults-if-wrong";

/**
 * The switch of a daemon that is started for somebody who wants to end something: what is to be up and is not, comes up
 * after that.
 */
export const REVIVE_LATER_FLAG = "revive-later";

/** More than any error needs; a child that writes on and on is not a daemon. */
const MOST_BYTES = 64 * 1024;

/** What the child said. */
export type Announcement =
  | { readonly state: "ready"; readonly pid: number; readonly notes?: readonly string[] }
  | { readonly state: "failed"; readonly error: ErrorShape };

/** Daemon side: tells the waiting parent that clients will be answered, and what its user should know. */
export function announceReady(notes: readonly string[] = []): void {
  writeLine(["READY", Deno.pid, ...notes.length === 0 ? [] : [JSON.stringify(notes)]].join(" "));
}

/** Daemon side: tells the waiting parent why there will be no daemon. */
export function announceFailure(error: ErrorShape): void {
  writeLine(`ERROR ${JSON.stringify(error)}`);
}

/**
 * Parent side: what the child announces; undefined when it closes its stdout without a word, or when the signal is
 * aborted first.
 */
export async function readAnnouncement(
  stdout: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<Announcement | undefined> {
  const reader = stdout.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await findAnnouncement(reader);
  } finally {
    signal.removeEventListener("abort", cancel);
    // The daemon must not be held by us, nor we by the daemon.
    cancel();
  }
}

async function findAnnouncement(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Announcement | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < MOST_BYTES) {
    const { value } = await reader.read();
    if (value === undefined) return undefined;
    text += decoder.decode(value, { stream: true });
    const lines = text.split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      const announcement = parseAnnouncement(line);
      if (announcement) return announcement;
    }
  }
  return undefined;
}

/** The announcement in a line; undefined for a line that is none. */
export function parseAnnouncement(line: string): Announcement | undefined {
  const ready = /^READY (\d+)(?: (\[.*\]))?$/.exec(line);
  if (ready) {
    const started = { state: "ready", pid: Number(ready[1]) } as const;
    return ready[2] === undefined ? started : { ...started, notes: parseNotes(ready[2]) };
  }
  if (!line.startsWith("ERROR ")) return undefined;
  return { state: "failed", error: parseError(line.slice("ERROR ".length)) };
}

function parseNotes(json: string): string[] {
  try {
    return (JSON.parse(json) as unknown[]).map(String);
  } catch {
    return [];
  }
}

function parseError(json: string): ErrorShape {
  try {
    const { code, message, hint } = JSON.parse(json);
    if (typeof code === "string" && typeof message === "string") {
      return typeof hint === "string" ? { code, message, hint } : { code, message };
    }
  } catch {
    // Not what a daemon of ours says; shown as it is.
  }
  return { code: "daemon.start_failed", message: `Daemon did not start: ${json}` };
}

function writeLine(line: string): void {
  try {
    const bytes = new TextEncoder().encode(`${line}\n`);
    for (let offset = 0; offset < bytes.length;) {
      offset += Deno.stdout.writeSync(bytes.subarray(offset));
    }
  } catch (cause) {
    // The parent was killed while it waited: the daemon is there for everybody else all the same.
    if (cause instanceof Deno.errors.BrokenPipe) return;
    throw new AppError("daemon.start_failed", `Cannot announce readiness: ${messageOf(cause)}`, {
      cause,
    });
  }
}
