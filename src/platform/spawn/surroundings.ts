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
/** The width of that column. */
const LIMIT_TEXT_LENGTH = 26;

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
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(read("status") ?? "")?.[1];
}

function readLimits(): Surroundings["limits"] {
  const text = read("limits");
  if (text === undefined) return undefined;
  const limits: { [Name in LimitName]?: Limit } = {};
  for (const line of text.split("\n")) {
    const name = NAME_OF_TEXT.get(line.slice(0, LIMIT_TEXT_LENGTH).trimEnd());
    if (name === undefined) continue;
    const [soft, hard] = line.slice(LIMIT_TEXT_LENGTH).split(/ +/);
    if (soft !== undefined && hard !== undefined) limits[name] = [toLimit(soft), toLimit(hard)];
  }
  return limits;
}

function toLimit(word: string): number | null {
  return word === "unlimited" ? null : Number(word);
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined || !/^-?\d+\s*$/.test(text) ? undefined : Number(text);
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
