import type { CutResult } from "../../platform/cut_front.ts";
import { type RunLogPaths, runLogPaths } from "../log_paths.ts";

/** A job's log directory with one run, gone at the end of the scope. */
export class LogBox implements Disposable {
  readonly dir: string = Deno.makeTempDirSync();
  readonly paths: RunLogPaths = runLogPaths(this.dir, "V3x", 1);

  constructor() {
    Deno.mkdirSync(`${this.dir}/V3x`);
  }

  append(stream: "stdout" | "stderr", text: string | Uint8Array): void {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    Deno.writeFileSync(this.paths[stream], bytes, { append: true });
  }

  /** What the ticks say, as rows of time, stdout size, stderr size. */
  writeTicks(...rows: [number, number, number][]): void {
    const bytes = new Uint8Array(new Float64Array(rows.flat()).buffer);
    Deno.writeFileSync(this.paths.ticks, bytes);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** What COLLAPSE_RANGE does, for file systems that cannot; only while nobody writes. */
export function collapseFront(path: string, bytes: number): CutResult {
  const rest = Deno.readFileSync(path).subarray(bytes);
  using file = Deno.openSync(path, { write: true });
  file.writeSync(rest);
  file.truncateSync(rest.length);
  return "collapsed";
}

/** What PUNCH_HOLE does, as far as a reader can tell. */
export function punchFront(path: string, bytes: number): CutResult {
  using file = Deno.openSync(path, { write: true });
  file.writeSync(new Uint8Array(bytes));
  return "punched";
}
