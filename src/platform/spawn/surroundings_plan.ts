import { type Limit, type LimitName, LIMITS, type Surroundings } from "../../base/surroundings.ts";

/** How a job gets its surroundings from a daemon that has others. */
export interface SurroundingsPlan {
  /** Lines of sh for a process that then becomes the command; they may put words before it. */
  readonly setup: string;
  /** The processors to start it on; undefined: those of the daemon. */
  readonly cpus?: string | undefined;
  /** What it cannot have, as people call it. */
  readonly missing: readonly string[];
}

/** What the daemon may do; asked only where it must be known. */
export interface Permissions {
  lowerNice(nice: number): boolean;
  lowerOomScore(score: number): boolean;
  raiseLimit(name: LimitName, hard: number | null): boolean;
  useCpus(cpus: string): boolean;
  /** The path of nice(1). */
  readonly nicePath: string | undefined;
}

/** The letter of `ulimit` in every sh, and in what unit it counts; see POSIX and the manuals of dash and bash. */
const ULIMIT: { readonly [Name in LimitName]?: readonly [letter: string, unit: number] } = {
  cpu: ["t", 1],
  fsize: ["f", 512],
  data: ["d", 1_024],
  stack: ["s", 1_024],
  core: ["c", 512],
  rss: ["m", 1_024],
  nproc: ["u", 1],
  nofile: ["n", 1],
  memlock: ["l", 1_024],
  as: ["v", 1_024],
  rtprio: ["r", 1],
};

/** What dash calls otherwise than bash. */
const DASH_LETTER: { readonly [Name in LimitName]?: string } = { nproc: "p" };

/**
 * What makes the surroundings of a job those of whoever asked for it, and not of whoever happened to start the daemon.
 * Pure but for `may`.
 */
export function planSurroundings(
  wanted: Surroundings,
  { own, may }: { readonly own: Surroundings; readonly may: Permissions },
): SurroundingsPlan {
  const lines: string[] = [];
  const missing: string[] = [];
  for (const name of Object.keys(LIMITS) as LimitName[]) {
    const [want, have] = [wanted.limits?.[name], own.limits?.[name]];
    if (want === undefined || have === undefined || isSame(want, have)) continue;
    const limit = reachable(name, { want, have, may });
    if (limit === undefined || !isSame(limit, want)) missing.push(LIMITS[name]);
    if (limit !== undefined && !isSame(limit, have)) lines.push(...setLimit(name, limit, have));
  }
  lines.push(...planOomScore(wanted, { own, may, missing }));
  lines.push(...planNice(wanted, { own, may, missing }));
  return { setup: lines.join("\n"), cpus: planCpus(wanted, { own, may, missing }), missing };
}

interface PlanContext {
  readonly own: Surroundings;
  readonly may: Permissions;
  readonly missing: string[];
}

function planOomScore(
  { oom_score_adj }: Surroundings,
  { own, may, missing }: PlanContext,
): string[] {
  if (oom_score_adj === undefined || own.oom_score_adj === undefined) return [];
  // A protection of the daemon's own is taken off its jobs in any case; see UNPROTECT.
  const given = Math.max(0, own.oom_score_adj);
  if (oom_score_adj === given) return [];
  if (oom_score_adj < given && !may.lowerOomScore(oom_score_adj)) {
    missing.push("oom_score_adj");
    return [];
  }
  return [`echo ${oom_score_adj} >/proc/self/oom_score_adj`];
}

function planNice({ nice }: Surroundings, { own, may, missing }: PlanContext): string[] {
  if (nice === undefined || own.nice === undefined || nice === own.nice) return [];
  const canBe = may.nicePath !== undefined && (nice > own.nice || may.lowerNice(nice));
  if (canBe) return [`set -- ${may.nicePath} -n ${nice - own.nice} -- "$@"`];
  missing.push("niceness");
  return [];
}

function planCpus({ cpus }: Surroundings, { own, may, missing }: PlanContext): string | undefined {
  if (cpus === undefined || own.cpus === undefined || cpus === own.cpus) return undefined;
  if (may.useCpus(cpus)) return cpus;
  missing.push("processors");
  return undefined;
}

/** As much of it as can be had; undefined where a shell has no word for it. */
function reachable(
  name: LimitName,
  { want, have, may }: { want: Limit; have: Limit; may: Permissions },
): Limit | undefined {
  if (ULIMIT[name] === undefined) return undefined;
  const isRaised = atMost(have[1], want[1]) && want[1] !== have[1];
  if (!isRaised || may.raiseLimit(name, want[1])) return want;
  return [atMost(want[0], have[1]) ? want[0] : have[1], have[1]];
}

/** A soft limit never exceeds the hard one, at no moment: so the one that makes room goes first. */
function setLimit(name: LimitName, [soft, hard]: Limit, have: Limit): string[] {
  const setSoft = ulimit(name, "S", soft);
  const setHard = ulimit(name, "H", hard);
  return atMost(have[1], hard) ? [setHard, setSoft] : [setSoft, setHard];
}

function ulimit(name: LimitName, kind: "S" | "H", value: number | null): string {
  const [letter, unit] = ULIMIT[name]!;
  const amount = value === null ? "unlimited" : Math.floor(value / unit);
  const other = DASH_LETTER[name];
  const line = `ulimit -${kind}${letter} ${amount}`;
  return other === undefined ? line : `${line} || ulimit -${kind}${other} ${amount}`;
}

function isSame(one: Limit, other: Limit): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

function atMost(one: number | null, other: number | null): boolean {
  return other === null || (one !== null && one <= other);
}
