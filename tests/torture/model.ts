/** What is known of a job from the commands alone: the judge of what imp says in the end. */

/** What a job's command does, once its start is told: ends at once with a code, stays, or fails until it is given up. */
export type Behaviour =
  | { readonly kind: "ends"; readonly code: number }
  | { readonly kind: "stays" }
  | { readonly kind: "fails"; readonly code: number; readonly most: number };

/** A job as the commands should have left it; `unsure` when a client or daemon died in the middle of one. */
export interface ModelJob {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly lines: number;
  /** What was asked last, by a command that succeeded. */
  wanted: "up" | "down" | "gone";
  /** Starts that were acknowledged, and those that may or may not have been made. */
  starts: number;
  perhaps: number;
  /** Whether the last word on it is not known to have been heard. */
  unsure: boolean;
  /** Whether it has a lease that is not over; undefined: nobody knows. */
  isLent: boolean | undefined;
  /** A lease of it was over, and may end what was started behind it, until a stop. */
  isEnding: boolean;
}

/** What the clients do to jobs; `lend`: with a long lease, `expire`: with one that is over, `keep`: with none. */
export type JobCommand = "add" | "start" | "stop" | "restart" | "remove" | TenureCommand;
type TenureCommand = "lend" | "expire" | "keep";

/** `refused`: there was no space to store it in; `unheard`: its client or daemon did not live to tell. */
export type Hearing = "heard" | "refused" | "unheard";

/** Makes a job that was never started. */
export function createModelJob(name: string, behaviour: Behaviour, lines: number): ModelJob {
  const tenure = { isLent: false, isEnding: false };
  return {
    name,
    behaviour,
    lines,
    wanted: "down",
    starts: 0,
    perhaps: 0,
    unsure: false,
    ...tenure,
  };
}

/** What a command did to the model. */
export function applyCommand(job: ModelJob, command: JobCommand, hearing: Hearing): void {
  if (command === "lend" || command === "expire" || command === "keep") {
    return applyTenure(job, command, hearing === "heard");
  }
  // All the others take several steps, of which the first ones may have been stored.
  if (hearing === "refused" && command === "stop") return;
  const wanted = command === "remove" ? "gone" : command === "stop" ? "down" : "up";
  const heard = hearing === "heard";
  if (heard) job.wanted = wanted;
  if (command === "add" || command === "remove") job.isLent = undefined;
  if (wanted !== "up") {
    job.unsure = !heard;
    if (heard) job.isEnding = false;
    return;
  }
  job.unsure = !heard || job.isEnding;
  if (heard && job.starts === 0) job.starts = 1;
  else job.perhaps++;
}

function applyTenure(job: ModelJob, command: TenureCommand, heard: boolean): void {
  // It may be ended yet, or may not be any more.
  if (job.isEnding || !heard && command === "expire") job.unsure = true;
  job.isLent = heard && command !== "expire" ? command === "lend" : undefined;
  if (command !== "expire") return;
  if (heard && !job.isEnding) {
    job.wanted = "down";
    job.unsure = false;
  }
  job.isEnding = true;
}

/** What leaves processes: each says so by its words, which no environment is needed for. */
const CHILD = "sh -c 'sleep 1000000; :'";
const LEAVE = `l="left $PWD $IMP_RUN_ID"; ${CHILD} $l & setsid env -i ${CHILD} $l & ` +
  `(setsid ${CHILD} $l &); setsid ${CHILD} let_go \${l#left } </dev/null >/dev/null 2>&1 & `;

/** The command line of a job. Lines of one length end with the pages of a file: a full disk never tears them. */
export function commandOf({ behaviour, lines }: ModelJob): string[] {
  const words = 'say() { until printf "%-15s\\n" "$1" 2>&-; do sleep 0.1; done; }; ' +
    'echo "$IMP_RUN_ID" >> starts; say begun; i=0; ' +
    `while [ $i -lt ${lines} ]; do i=$((i + 1)); say "line $i"; done; `;
  const leave = lines % 2 === 0 ? LEAVE : "";
  const end = behaviour.kind === "stays" ? "exec sleep 1000000" : `exit ${behaviour.code}`;
  return ["sh", "-c", leave + words + end];
}

/** Whose it is: the jobs of a client are its own. */
export function ownerOf({ name }: Pick<ModelJob, "name">): string {
  return name.split("j", 1)[0]!;
}

/** What a run says that comes to its end. */
export function linesOf({ lines }: ModelJob): string[] {
  return ["begun", ...Array.from({ length: lines }, (_, index) => `line ${index + 1}`)];
}
