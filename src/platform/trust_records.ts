import { dirname, join } from "@std/path/posix";
import { writeFileAtomic } from "./atomic_write.ts";
import { directoryEntries } from "./directory_entries.ts";
import { ensurePrivateDir } from "./private_dir.ts";
import { type ReadEnv, stateRoot } from "./state_root.ts";
import { mayEveryoneWrite } from "./trust.ts";
import {
  hasTrustRecord,
  parseTrustRecord,
  TRUST_DIRECTORY,
  type TrustRecord,
  trustRecordPath,
} from "./trust_record.ts";

/** Keeps a yes, in place of an earlier one. @throws AppError `permission.unsafe_directory`, and the system's errors */
export function writeTrustRecord(record: TrustRecord, env: ReadEnv): void {
  const path = trustRecordPath(record[0]!.path, env);
  ensurePrivateDir(dirname(path));
  const lines = record.map(({ path, digest }) => `${digest}  ${path}\n`);
  writeFileAtomic(path, lines.join(""), { fsync: true });
}

/** Takes a yes back. False where there was none. */
export function removeTrustRecord(path: string, env: ReadEnv): boolean {
  if (!hasTrustRecord(path, env)) return false;
  Deno.removeSync(trustRecordPath(path, env));
  return true;
}

/** Every yes, by the names of the files. */
export function listTrustRecords(env: ReadEnv): TrustRecord[] {
  const dir = join(stateRoot(env), TRUST_DIRECTORY);
  const records = directoryEntries(dir).flatMap((name) => {
    const record = parseTrustRecord(join(dir, name));
    return record === undefined || trustRecordPath(record[0]!.path, env) !== join(dir, name)
      ? []
      : [record];
  });
  return records.sort(([a], [b]) => a!.path < b!.path ? -1 : 1);
}

/**
 * Why no yes can hold for a file: what everybody on the machine may change, there or on the way there, is also what its
 * commands call. Undefined where there is no reason.
 */
export function whyNeverTrusted(path: string): string | undefined {
  try {
    const real = Deno.realPathSync(path);
    if (mayEveryoneWrite(Deno.statSync(real))) return `everybody may write to ${real}`;
    for (const at of [path, real]) {
      const open = directoriesOf(at).find((dir, index) => {
        const info = Deno.statSync(dir);
        const isSticky = ((info.mode ?? 0) & 0o1000) !== 0;
        // In a sticky directory others cannot touch what is there, but for the file itself it is everybody's place.
        return mayEveryoneWrite(info) && (index === 0 || !isSticky);
      });
      if (open !== undefined) return `everybody may write to ${open}`;
    }
  } catch {
    return "it was being changed";
  }
}

/** The directories on the way to a file, its own first. */
function directoriesOf(path: string): string[] {
  const dir = dirname(path);
  return dir === path ? [] : [dir, ...directoriesOf(dir)];
}
