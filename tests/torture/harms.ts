/** What is done to the daemon, its disk and its clock while the clients go on. */
import type { Box } from "../support/box.ts";
import type { ImpExecutable } from "../support/imp_executable.ts";
import { CAN_JUMP, createJumpingClock, type JumpingClock } from "../support/jumping_clock.ts";
import type { TestProcess } from "../support/process.ts";
import { isAlive } from "../support/process_facts.ts";
import { canMountDisk, type Disk, mountDisk } from "../support/disk.ts";
import type { TortureReport } from "./report.ts";
import { spoilState } from "./spoil.ts";

/** All of this fits on the disk before it is filled: a store with its log, and a few pages for each command. */
const DISK_KB = 16 * 1024;
const DISK_KB_PER_COMMAND = 64;

/** Full disks need root and the right to mount. */
export const CAN_MOUNT = canMountDisk("tmpfs");

/** Deaths come twice as often as the rest. */
const KINDS = ["spoil", "kill", "kill", "stop", "takeover", "jump", "fill"] as const;

/** One of the harms. */
export type Harm = typeof KINDS[number];

const DAYS = [400, -400, 0, 3, -1];

/** What the harms need. */
export interface HarmsOptions {
  readonly box: Box;
  readonly newer: ImpExecutable;
  /** Commands that will be given. */
  readonly commands: number;
  readonly report: TortureReport;
  readonly tell: (what: string) => void;
}

/** Prepares the box for all that this machine lets us do to it. */
export async function openHarms(options: HarmsOptions): Promise<Harms> {
  const { box, commands } = options;
  const clock = CAN_JUMP ? await createJumpingClock(box) : undefined;
  await clock?.jump(DAYS[0]!);
  const disk = CAN_MOUNT
    ? await mountDisk(box, `${box.root}/state`, {
      kind: "tmpfs",
      sizeKb: DISK_KB + DISK_KB_PER_COMMAND * commands,
    })
    : undefined;
  return new Harms(options, disk, clock);
}

/** See {@linkcode openHarms}. */
export class Harms implements AsyncDisposable {
  readonly #options: HarmsOptions;
  readonly #disk: Disk | undefined;
  readonly #clock: JumpingClock | undefined;
  #isFull = false;

  constructor(
    options: HarmsOptions,
    disk: Disk | undefined,
    clock: JumpingClock | undefined,
  ) {
    this.#options = options;
    this.#disk = disk;
    this.#clock = clock;
  }

  /** Put into the environment of a client, its daemon lives by the clock that jumps. */
  get clockEnv(): Record<string, string> {
    return this.#clock?.env ?? {};
  }

  get isDiskFull(): boolean {
    return this.#isFull;
  }

  /** How often it has been full so far. */
  get fillings(): number {
    return this.#options.report.fullDisks;
  }

  /** Does one harm; `choice` from 0 up to 1 says how. */
  async do(harm: Harm, choice: number): Promise<void> {
    if (choice > 0.6) await this.relieve();
    if (harm === "spoil") return await this.#spoil(choice);
    if (harm === "kill") return await this.#kill();
    if (harm === "stop") return await this.#stop();
    if (harm === "takeover") return await this.#takeOver(choice);
    if (harm === "jump") return await this.#jump(choice);
    return await this.#fill();
  }

  /** Ends what lasts. */
  async relieve(): Promise<void> {
    if (!this.#isFull) return;
    await this.#disk?.empty();
    this.#isFull = false;
    this.#options.tell("the disk has space again");
  }

  async #kill(): Promise<void> {
    const pid = await this.#daemon();
    if (pid === undefined) return;
    this.#options.tell(`kill -9 daemon ${pid}`);
    signal(pid, "SIGKILL");
    this.#options.report.daemonKills++;
  }

  /** Kills the daemon, spoils its state, and has the next one die in its start now and then. */
  async #spoil(choice: number): Promise<void> {
    const { box, report, tell } = this.#options;
    const pid = await this.#daemon();
    if (pid === undefined) return;
    tell(`kill -9 daemon ${pid}, spoil its state`);
    signal(pid, "SIGKILL");
    report.daemonKills++;
    while (isAlive(pid)) await turns(1);
    const [id] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
    if (!spoilState(`${box.stateDir}/${id}`, choice)) return;
    report.spoiledStates++;
    if (choice * 10 % 1 > 0.5) return;
    tell("the next daemon dies in its start");
    await box.imp(["ping"], { env: { ...this.clockEnv, IMP_FAIL: "adopt.after_job:abort" } });
  }

  async #stop(): Promise<void> {
    const pid = await this.#daemon();
    if (pid === undefined) return;
    this.#options.tell(`stop and continue daemon ${pid}`);
    signal(pid, "SIGSTOP");
    await turns(300);
    signal(pid, "SIGCONT");
    this.#options.report.daemonStops++;
  }

  async #takeOver(choice: number): Promise<void> {
    const { box, newer, report, tell } = this.#options;
    tell("takeover");
    const imp = choice < 0.5 ? newer : box.executable;
    await box.run([...imp.command, "--takeover", "ping"], { env: this.clockEnv });
    report.takeovers++;
  }

  async #jump(choice: number): Promise<void> {
    if (this.#clock === undefined) return;
    const days = DAYS[Math.floor(choice * DAYS.length)]!;
    this.#options.tell(`the clock jumps to ${days} days from now`);
    await this.#clock.jump(days);
    this.#options.report.clockJumps++;
  }

  async #fill(): Promise<void> {
    if (this.#disk === undefined) return;
    this.#options.tell("the disk is full");
    this.#isFull = true;
    await this.#disk.fill();
    this.#options.report.fullDisks++;
  }

  async #daemon(): Promise<number | undefined> {
    return (await this.#options.box.daemons())[0]?.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    using _clock = this.#clock;
    await using disk = this.#disk;
    await disk?.empty();
    await this.#options.box.imp(["nuke"]);
  }
}

/** All harms in an order of chance. */
export function shuffleHarms(random: () => number): Harm[] {
  return KINDS.map((harm) => ({ harm, at: random() })).sort((a, b) => a.at - b.at)
    .map(({ harm }) => harm);
}

/** Says loudly what cannot be done here. */
export function tellNotRun(): void {
  if (!CAN_MOUNT) console.warn("NOT RUN: full disks, which need root and the right to mount");
  if (!CAN_JUMP) console.warn("NOT RUN: clock jumps, which need the Debian package faketime");
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    if (isAlive(pid)) Deno.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

/** Lets others go on for a while that depends on the machine, not on a clock. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Deno.stat("/");
}

/** How many turns of the event loop the life of a call is, about. */
const LIFE_TURNS = 200;

/** Kills a call somewhere in its life: 0 is its begin, 1 its end. */
export async function killInItsLife(process: TestProcess, dieAt: number): Promise<void> {
  await turns(Math.floor(dieAt * LIFE_TURNS));
  try {
    process.kill("SIGKILL");
  } catch {
    // It was quicker.
  }
}
