/** How often the kernel has killed a process because there was no memory left; null where it does not tell. */
export interface OomKills {
  /** In the cgroup of this process, which the jobs that it starts are in, too. */
  readonly cgroup: number | null;
  /** On the whole machine, whoever it was. */
  readonly machine: number | null;
}

/** Where the kernel tells of itself. */
export interface KernelPlaces {
  readonly proc: string;
  readonly cgroups: string;
}

const PLACES: KernelPlaces = { proc: "/proc", cgroups: "/sys/fs/cgroup" };
const COUNT = /^oom_kill (\d+)$/m;

/**
 * A reader of both counts as they are now; they only rise until the machine is restarted. It remembers where its cgroup
 * has its count: each start of a job asks for it. Never throws.
 */
export function createOomKillsReader(places: KernelPlaces = PLACES): () => OomKills {
  let known: { readonly cgroups: string; readonly path: string | undefined } | undefined;
  return () => {
    const cgroups = readText(`${places.proc}/self/cgroup`) ?? "";
    if (known?.cgroups !== cgroups) {
      const path = filesOfCgroup(places, cgroups).find((each) => readCount(each) !== null);
      known = { cgroups, path };
    }
    const cgroup = known.path === undefined ? null : readCount(known.path);
    return { cgroup, machine: readCount(`${places.proc}/vmstat`) };
  };
}

/**
 * The files that may have the count of our cgroup (cgroups(7)): of version 2 `memory.events`, of version 1
 * `memory.oom_control`. In a container without a namespace of cgroups the path is the host's, and what is mounted is
 * our own.
 */
function filesOfCgroup({ cgroups }: KernelPlaces, own: string): string[] {
  return own.split("\n").flatMap((line) => {
    const [, hierarchy, controllers = "", path = "/"] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    const directory = path === "/" ? "" : path;
    if (hierarchy === "0" && controllers === "") {
      return [`${cgroups}${directory}/memory.events`, `${cgroups}/memory.events`];
    }
    if (!controllers.split(",").includes("memory")) return [];
    const memory = `${cgroups}/memory`;
    return [`${memory}${directory}/memory.oom_control`, `${memory}/memory.oom_control`];
  });
}

function readCount(path: string): number | null {
  const digits = COUNT.exec(readText(path) ?? "")?.[1];
  return digits === undefined ? null : Number(digits);
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
