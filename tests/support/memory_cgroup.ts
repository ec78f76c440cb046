/** A cgroup of a test's own with little memory, where one may be made: as root, under either version of cgroups. */

/** Enough for a daemon, and for what a job of the test takes before the kernel ends it. */
const LIMIT_BYTES = 400 * 2 ** 20;
const ROOT = "/sys/fs/cgroup";

/** A cgroup, removed at the end of the scope. */
export interface MemoryCgroup extends AsyncDisposable {
  /** Who writes a pid there puts that process in. */
  readonly procs: string;
}

/** Whether one can be made here. */
export async function canMakeMemoryCgroup(): Promise<boolean> {
  await using cgroup = await openMemoryCgroup();
  return cgroup !== undefined;
}

/** Makes one; undefined where that may not be done. Touches no limit but its own. */
export async function openMemoryCgroup(): Promise<MemoryCgroup | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const name = `imp-test-${crypto.randomUUID()}`;
  return await makeCgroup(`${ROOT}/memory/${name}`, "memory.limit_in_bytes") ??
    await makeCgroup(`${ROOT}/${name}`, "memory.max");
}

async function makeCgroup(path: string, limit: string): Promise<MemoryCgroup | undefined> {
  try {
    await Deno.stat(path.slice(0, path.lastIndexOf("/")));
    await Deno.mkdir(path);
  } catch {
    return undefined;
  }
  try {
    await Deno.writeTextFile(`${path}/${limit}`, String(LIMIT_BYTES), { create: false });
  } catch {
    await Deno.remove(path);
    return undefined;
  }
  return {
    procs: `${path}/cgroup.procs`,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path);
    },
  };
}
