import {
  type Limit,
  type LimitName,
  LIMITS,
  type Standing,
  type Surroundings,
} from "../base/surroundings.ts";

/** What /proc/self/limits calls each. */
const LIMIT_TEXTS: Readonly<Record<LimitName, string>> = {
  cpu: "Max cpu time",
  fsize: "Max file size",
  data: "Max data size",
  stack: "Max stack size",
  core: "Max core file size",
  rss: "Max resident set",
  nproc: "Max processes",
  nofile: "Max open files",
  memlock: "Max locked memory",
  as: "Max address space",
  locks: "Max file locks",
  sigpending: "Max pending signals",
  msgqueue: "Max msgqueue size",
  nice: "Max nice priority",
  rtprio: "Max realtime priority",
  rttime: "Max realtime timeout",
};

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
    for (const name of Object.keys(LIMITS) as LimitName[]) {
      if (!line.startsWith(LIMIT_TEXTS[name])) continue;
      const [soft, hard] = line.slice(LIMIT_TEXTS[name].length).trim().split(/\s+/);
      if (soft !== undefined && hard !== undefined) limits[name] = [toLimit(soft), toLimit(hard)];
    }
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
