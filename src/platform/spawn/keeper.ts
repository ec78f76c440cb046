import { AppError } from "../../base/app_error.ts";
import { signalNumber } from "../os_signals.ts";
import { errnoName, openDescriptor, OpenFlag, openLibc } from "../libc.ts";
import { isOwnChild } from "../own_children.ts";
import { posixSpawn } from "./posix_spawn.ts";
import { readEnvironment } from "../processes/run_marks.ts";
import { SHIM_CATCHES } from "../processes/shim_catches.ts";

/** What {@linkcode spawnKeeper} needs. */
export interface KeeperOptions {
  /** As {@linkcode keeperMark} makes it. */
  readonly mark: string;
  /** The end of the pipe that it reads. */
  readonly input: number;
  /** The stream's file, open for appending and locked: it holds the lock as long as somebody can write to the pipe. */
  readonly log: number;
  /** Where it writes what it had to drop; see `dropsPathOf`. */
  readonly dropsPath: string;
  /** As long as it lives, the holder of the run's stdin does, too. */
  readonly lifeline?: number | undefined;
}

/** What a keeper has in its environment instead of the marks of its run, of which it is no part. */
const KEEPER = "IMP_KEEPER";

const SHELL = "/bin/sh";
const DEFAULT_PATH = "/usr/bin:/bin";

/** A keeper is nobody's group, but `killall cat` may find it; what stops it without a trace is left out. */
const IGNORED = [...SHIM_CATCHES, "SIGTSTP", "SIGTTIN", "SIGTTOU"] as const;
const IGNORE = `trap '' ${IGNORED.map(signalNumber).join(" ")}`;

/**
 * What stands behind one stream of a run: it copies what comes through the pipe into the file, until nobody can write
 * to the pipe any more. Called as `sh -c KEEPER imp-keeper DROPS`, the pipe as stdin and the file as stdout.
 *
 * - A `cat` does the work. When it is killed, or finds no room, the next one takes its place: nobody waits, nobody gets
 *   SIGPIPE. What the old one had in its hands is gone; how much that was, the kernel has counted: a process has read
 *   and written so many bytes, and so have the children it has waited for (`rchar`, `wchar` in proc_pid_io(5)). To be
 *   taken off are what the shell read to learn that, a byte at a time, and what a program reads to begin at all.
 * - `SECONDS BYTES REASON` goes into DROPS: `full` (the file could not be written to), `keeper` (it was killed). BYTES
 *   is `?` where nobody counts. When that finds no room either, one piece is copied alone, so that it can be
 *   tried again behind it. At the very end, on a disk that is still full, an empty file has the number in its name.
 * - Where a shell reads more than a byte at a time it goes back for the next line, in a file that changes with each
 *   look. Bash, which does, can read all of it at once.
 * - When the system allows no more processes, the shell ends itself; its EXIT trap becomes the `cat`.
 * - A copy that fails without having read anything would be repeated for ever: once a second is enough.
 */
export const KEEPER_SCRIPT = `${IGNORE}
umask 077
drops=$1 tool=cat owed=0 why=full line='
'
account() {
  read= written=
  if [ "$BASH_VERSION" ]; then
    IFS= read -r -d '' text
    size=\${#text} read=\${text#*rchar: } written=\${text#*wchar: }
    read=\${read%%"$line"*} written=\${written%%"$line"*}
  else
    read -r _ read && read -r _ written
    size=$((\${#read} + \${#written}))
  fi </proc/self/io
  [ "$read" ] && [ "$written" ]
}
probe() {
  account && first=$read was=$written begun=$size && account &&
    own=$((read - first + size - begun))
}
copy() {
  if [ "$1" = cat ]; then cat; else dd bs=65536 count=1 status=none; fi 2>&-
}
cost() {
  probe && begun=$((read + own)) && copy "$1" </dev/null >/dev/null && account &&
    cost=$((read - begun))
}
report() {
  [ "$owed" = 0 ] || { echo "$(date +%s) $owed $why" >>"$drops" && owed=0; }
}
trap 'exec cat' EXIT
while :; do
  if probe; then from=$((read + own)) to=$written; else from=; fi
  copy $tool
  code=$?
  [ $tool$code = cat0 ] && break
  if [ $code = 0 ]; then
    report
    tool=cat
    continue
  fi
  lost='?'
  if [ "$from" ] && probe; then
    lost=$((first - from - was + to))
    if cost $tool; then lost=$((lost - cost)); else lost='?'; fi
    case $lost in -*) lost=0 ;; esac
  fi
  if [ $code -gt 128 ]; then why=keeper; else why=full; fi
  case $owed$lost in
  *'?'*) owed='?' ;;
  *) owed=$((owed + lost)) ;;
  esac
  [ $lost$why = 0full ] && sleep 1
  if report; then tool=cat; else tool=dd; fi
done
trap - EXIT
report || command : >"$drops.$owed"
exit 0`;

/**
 * What stands behind the stdin of a run: it has the FIFO open for writing, so that the stdin is at no end as long as
 * nobody says so. Called as `sh -c HOLDER imp-holder`, the FIFO as stdout. Its own stdin says when it is to let go: with
 * a line, or when nobody is left who could write one, who are the shim and the keepers of the run.
 */
const HOLDER_SCRIPT = `${IGNORE}
read -r _
exit 0`;

/** The two streams of a run that have a keeper each. */
export type KeptStream = "stdout" | "stderr";

/** What tells the keeper of a stream from all others of the machine. */
export function keeperMark(
  { stateDir, runId, stream }: { stateDir: string; runId: string; stream: KeptStream | "stdin" },
): string {
  return `${runId}.${stream} ${stateDir}`;
}

/** What a keeper has in its environment. */
export function keeperVariable(mark: string): Readonly<Record<string, string>> {
  return { [KEEPER]: mark };
}

/** The mark that a process carries as, or as a part of, a keeper; undefined for all others. */
export function readKeeperMark(pid: number): string | undefined {
  const prefix = `${KEEPER}=`;
  const environment = readEnvironment(pid);
  if (environment === undefined || !environment.includes(prefix)) return undefined;
  return environment.split("\0").find((entry) => entry.startsWith(prefix))?.slice(prefix.length);
}

/** The only keepers of their streams, as far as we have started them, by their marks. */
const ownKeepers = new Map<string, number>();
/** How many there may be before those are forgotten that have ended. */
let mostOwnKeepers = 100;

/** Our child `pid` is the only keeper with this mark: from now on it is found without a look at all processes. */
export function noteOwnKeeper(mark: string, pid: number): void {
  ownKeepers.set(mark, pid);
  if (ownKeepers.size < mostOwnKeepers) return;
  for (const [known, keeper] of ownKeepers) if (!isOwnChild(keeper)) ownKeepers.delete(known);
  mostOwnKeepers = Math.max(100, 2 * ownKeepers.size);
}

/** The pid that was noted for a mark, as long as that child has not ended. */
export function ownKeeperOf(mark: string): number | undefined {
  const pid = ownKeepers.get(mark);
  return pid !== undefined && isOwnChild(pid) ? pid : undefined;
}

/**
 * Starts a keeper in a session of its own; its pid.
 * @throws AppError `job.spawn_failed`
 */
export function spawnKeeper({ mark, input, log, dropsPath, lifeline }: KeeperOptions): number {
  return spawnApart("its output", mark, {
    words: [KEEPER_SCRIPT, "imp-keeper", dropsPath],
    descriptors: [[input, 0], [log, 1], ...lifeline === undefined ? [] : [[lifeline, 3] as const]],
  });
}

/** What {@linkcode spawnHolder} needs. */
export interface HolderOptions {
  /** As {@linkcode keeperMark} makes it. */
  readonly mark: string;
  /** The end of the FIFO on which it is told. */
  readonly input: number;
  /** The end of the run's stdin that it holds. */
  readonly held: number;
}

/**
 * Starts the holder of a stdin in a session of its own; its pid.
 * @throws AppError `job.spawn_failed`
 */
export function spawnHolder({ mark, input, held }: HolderOptions): number {
  return spawnApart("its stdin", mark, {
    words: [HOLDER_SCRIPT, "imp-holder"],
    descriptors: [[input, 0], [held, 1]],
  });
}

function spawnApart(
  what: string,
  mark: string,
  { words, descriptors }: {
    words: readonly string[];
    descriptors: readonly (readonly [ours: number, theirs: number])[];
  },
): number {
  const path = Deno.env.get("PATH");
  const nowhere = openDescriptor("/dev/null", OpenFlag.writeOnly);
  const { pid, errno } = posixSpawn({
    file: SHELL,
    argv: ["sh", "-c", ...words],
    env: {
      PATH: path ? `${DEFAULT_PATH}:${path}` : DEFAULT_PATH,
      LC_ALL: "C",
      ...keeperVariable(mark),
    },
    cwd: "/",
    descriptors: [[nowhere, 2], ...descriptors],
  });
  openLibc().close(nowhere);
  if (errno === 0) return pid;
  throw new AppError(
    "job.spawn_failed",
    `Cannot start what keeps ${what}: "${SHELL}" cannot be started (${errnoName(errno)})`,
  );
}
