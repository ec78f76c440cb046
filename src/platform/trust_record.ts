import { sha256Hex } from "../base/sha256.ts";
import { childOf } from "../base/plain_path.ts";
import { type ReadEnv, stateRoot } from "./state_root.ts";
import { isOursOrRoots } from "./trust.ts";

/** What was in a file when the user said yes to it: its SHA-256 in hexadecimal, or `-` where it was not there. */
export interface AgreedFile {
  readonly path: string;
  readonly digest: string;
}

/** A yes to a project file: the file first, then all that was read with it. */
export type TrustRecord = readonly AgreedFile[];

/** Among the states of daemons, none of whose ids begins with a dot. */
export const TRUST_DIRECTORY = ".trust";
const LINE = /^([0-9a-f]{64}|-) {2}(\/.*)$/;

/** Whether there was a yes to the project file at an absolute path, whatever was in it then. */
export function hasTrustRecord(path: string, env: ReadEnv): boolean {
  return readTrustRecord(path, env) !== undefined;
}

/** What the user said yes to; undefined where he did not. */
export function readTrustRecord(path: string, env: ReadEnv): TrustRecord | undefined {
  const record = parseTrustRecord(trustRecordPath(path, env));
  return record?.[0]?.path === path ? record : undefined;
}

/** Where the yes to a file is kept. */
export function trustRecordPath(path: string, env: ReadEnv): string {
  return childOf(stateRoot(env), `${TRUST_DIRECTORY}/${sha256Hex(path).slice(0, 32)}`);
}

/** What a file says of a yes; undefined where it is not ours, or no such record. */
export function parseTrustRecord(path: string): TrustRecord | undefined {
  try {
    const info = Deno.lstatSync(path);
    if (!info.isFile || !isOursOrRoots(info) || ((info.mode ?? 0) & 0o077) !== 0) return undefined;
    const lines = Deno.readTextFileSync(path).trimEnd().split("\n").map((line) => LINE.exec(line));
    if (lines.some((line) => line === null)) return undefined;
    return lines.map((line) => ({ digest: line![1]!, path: line![2]! }));
  } catch {
    return undefined;
  }
}
