import type { Limit, LimitName, Standing, Surroundings } from "../../base/surroundings.ts";

/** What /proc/self/limits calls each. */
const NAME_OF_TEXT: ReadonlyMap<string, LimitName> = new Map([
  ["Max cpu time", "cpu"],
  ["Max file size", "fsize"],
  ["Max data size", "data"],
  ["Max stack size", "stack"],
  ["Max core file size", "core"],
  ["Max resident set", "rss"],
  ["Max processes", "nproc"],
  ["Max open files", "nofile"],
  ["Max locked memory", "memlock"],
  ["Max address space", "as"],
  ["Max file locks", "locks"],
  ["Max pending signals", "sigpending"],
  ["Max msgqueue size", "msgqueue"],
  ["Max nice priority", "nice"],
  ["Max realtime priority", "rtprio"],
  ["Max realtime timeout", "rttime"],
]);
/** Where the columns of what holds and of what it can be raised to are. */
const LIMIT_COLUMNS = [26, 47, 68] as const;

/** Those that a process started in one of another kind notices. */
const NAMESPACES = ["mnt", "net", "pid", "user", "ipc", "uts", "time"];

/** Field 19 of proc_pid_stat(5), counted from the state, which is field 3. */
const STAT_NICE = 19 - 3;

/** Our own surroundings; nothing where the system does not tell (macOS). */
export function readSurroundings(): Surroundings {
  if (Deno.build.os !== "linux") return {};
  return {
    nice: readNice(),
    cpus: readCpus(),
    oom_score_adj: toNumber(read("oom_score_adj")),
    limits: readLimits(),
  };
}

/** Where we stand ourselves. */
export function readStanding(): Standing {
  if (Deno.build.os !== "linux") return {};
  const namespaces = NAMESPACES.flatMap((kind) => {
    const id = readLink(`ns/${kind}`);
    return id === undefined ? [] : [[kind, id] as const];
  });
  return {
    namespaces: Object.fromEntries(namespaces),
    cgroup: /^0::(.*)$/m.exec(read("cgroup") ?? "")?.[1],
    root: identifyRoot(),
  };
}

function readNice(): number | undefined {
  const stat = read("stat") ?? "";
  return toNumber(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[STAT_NICE]);
}

function readCpus(): string | undefined {
  const [, after] = (read("status") ?? "").split("\nCpus_allowed_list:", 2);
  const line = after?.split("\n", 1)[0];
  return line?.trim();
}

function readLimits(): Surroundings["limits"] {
  const text = read("limits");
  if (text === undefined) return undefined;
  const limits: { [Name in LimitName]?: Limit } = {};
  const [soft, hard, end] = LIMIT_COLUMNS;
  for (const line of text.split("\n")) {
    const name = NAME_OF_TEXT.get(line.slice(0, soft).trimEnd());
    if (name === undefined) continue;
    limits[name] = [toLimit(line.slice(soft, hard)), toLimit(line.slice(hard, end))];
  }
  return limits;
}

function toLimit(text: string): number | null {
  return text.startsWith("unlimited") ? null : Number(text);
}

function toNumber(text: string | undefined): number | undefined {
  const number = Number(text || undefined);
  return Number.isInteger(number) ? number : undefined;
}

function read(name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/self/${name}`);
  } catch {
    return undefined;
  }
}

function readLink(name: string): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/self/${name}`);
  } catch {
    return undefined;
  }
}

function identifyRoot(): string | undefined {
  try {
    const { dev, ino } = Deno.statSync("/");
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
