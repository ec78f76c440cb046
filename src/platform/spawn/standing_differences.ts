import type { Standing } from "../../base/surroundings.ts";
import { readTextFile } from "../read_text_file.ts";

/** What people call the kinds of namespaces. */
const NAMESPACE_WORDS: Readonly<Record<string, string>> = {
  mnt: "mounts",
  net: "network",
  pid: "process ids",
  user: "users",
  ipc: "IPC",
  uts: "host name",
  time: "clocks",
};

/** Where a control group says what its processes may use together. */
const GROUP_LIMITS = ["memory.max", "cpu.max"];
const GROUPS = "/sys/fs/cgroup";

/**
 * Where a job of the daemon stands otherwise than whoever asked for it, as people call it: nothing can be done about
 * that, so it is said. Control groups are another for every window; they count where one of the two has limits.
 */
export function standingDifferences(caller: Standing, own: Standing): string[] {
  const different = Object.entries(caller.namespaces ?? {})
    .filter(([kind, id]) => own.namespaces?.[kind] !== undefined && own.namespaces[kind] !== id)
    .map(([kind]) => kind);
  const words = different.map((kind) => NAMESPACE_WORDS[kind] ?? kind);
  const isElsewhere = caller.root !== undefined && own.root !== undefined &&
    caller.root !== own.root && !different.includes("mnt");
  if (isElsewhere) words.push("root directory");
  if (hasOtherGroup(caller.cgroup, own.cgroup)) words.push("limits of the control group");
  return words;
}

function hasOtherGroup(caller: string | undefined, own: string | undefined): boolean {
  if (caller === undefined || own === undefined || caller === own) return false;
  return limitsOf(caller) !== limitsOf(own);
}

/** All limits on the way up; empty where there are none. */
function limitsOf(group: string): string {
  const found: string[] = [];
  // Where it was made to look as if it were the top, only what is below can be seen.
  const names = group.split("/").filter((name) => name !== "" && name !== "..");
  for (let depth = names.length; depth > 0; depth--) {
    const path = `${GROUPS}/${names.slice(0, depth).join("/")}`;
    for (const limit of GROUP_LIMITS) {
      const text = readTextFile(`${path}/${limit}`)?.trim();
      if (text !== undefined && !/^max( \d+)?$/.test(text)) found.push(`${limit} ${text}`);
    }
  }
  return found.sort().join();
}
