/**
 * `deno task torture`: several clients give random commands to one project's daemon while daemons and clients are
 * killed, stopped and taken over, the disk fills up and the clock jumps; in the end the system is compared with a
 * model of what the commands asked for. A failure prints its seed; the same seed gives the same plan of commands and
 * faults.
 */
import { parseArgs } from "@std/cli/parse-args";
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { findNewerImp, type ImpExecutable } from "../support/imp_executable.ts";
import { createRandom } from "../support/random.ts";
import { compareWithModel } from "./compare.ts";
import { assertOneRunEach, findLeavings } from "./leavings.ts";
import { hearingOf, isExcused } from "./hearing.ts";
import { type Harms, killInItsLife, openHarms, shuffleHarms, tellNotRun, turns } from "./harms.ts";
import {
  applyCommand,
  type Behaviour,
  commandOf,
  createModelJob,
  type Hearing,
  type JobCommand,
  type ModelJob,
  ownerOf,
} from "./model.ts";
import { TortureProject } from "./project.ts";
import { addReport, createReport, type TortureReport } from "./report.ts";

/** What to do, and how often. */
export interface TortureOptions {
  readonly seed: number;
  /** Steps of each client. */
  readonly rounds: number;
  readonly clients?: number;
}

const USAGE = `Usage: deno task torture [--seed N] [--rounds N] [--clients N] [--minutes N]

Goes on with the next seed until the minutes are over. Full disks need root, clock jumps the Debian package faketime.`;
const DEFAULT_ROUNDS = 40;
const DEFAULT_CLIENTS = 4;
const JOBS_PER_CLIENT = 3;
const LONG_LEASE = "100000h";
const COMMANDS: readonly JobCommand[] = [
  ...["start", "stop", "restart", "remove", "add", "add"],
  ...["start", "stop", "restart", "add", "lend", "keep", "expire"],
] as JobCommand[];

async function main(args: string[]): Promise<number> {
  const names = ["seed", "rounds", "clients", "minutes"];
  const flags = parseArgs(args, { string: names });
  const isWrong = names.some((name) => flags[name] !== undefined && !/^\d+$/.test(flags[name]));
  if (flags._.length > 0 || isWrong || Object.keys(flags).length > 1 + names.length) {
    console.error(USAGE);
    return 2;
  }
  const endMs = performance.now() + Number(flags.minutes ?? 0) * 60_000;
  const rounds = Number(flags.rounds ?? DEFAULT_ROUNDS);
  const clients = Number(flags.clients ?? DEFAULT_CLIENTS);
  const firstSeed = Number(flags.seed ?? Math.floor(performance.timeOrigin) % 1_000_000_000);
  const total = createReport();
  let seed = firstSeed;
  do {
    const report = await torture({ seed, rounds, clients });
    console.log(`seed ${seed}: as the model says`, JSON.stringify(report));
    addReport(total, report);
    seed++;
  } while (performance.now() < endMs);
  console.log(`${seed - firstSeed} seeds, all as the model says:`, total);
  return 0;
}

/** Throws with the seed when imp and the model disagree. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  await using box = await openBox();
  const newer = await findNewerImp();
  tellNotRun();
  const { seed, rounds, clients = DEFAULT_CLIENTS } = options;
  const run = new Torture(box, { seed, rounds, clients });
  try {
    await run.runAndNuke(newer);
  } catch (error) {
    const replay = `deno task torture --seed ${seed} --rounds ${rounds} --clients ${clients}`;
    const told = `${run.history.slice(-80).join("\n")}\n${await box.explain()}`;
    // When the box cannot be closed either, that is all that would be shown.
    console.error(error);
    throw new Error(`Replay: ${replay}\n${told}\nReplay: ${replay}`, { cause: error });
  }
  return run.report;
}

class Torture {
  readonly history: string[] = [];
  readonly report: TortureReport = createReport();
  readonly #box: Box;
  readonly #options: Required<TortureOptions>;
  readonly #jobs = new Map<string, ModelJob>();
  #newer!: ImpExecutable;
  #harms!: Harms;
  #clientsLeft = 0;

  constructor(box: Box, options: Required<TortureOptions>) {
    this.#box = box;
    this.#options = options;
  }

  /** In the end nothing is left of any job, in whatever way its runs had left it. */
  async runAndNuke(newer: ImpExecutable): Promise<void> {
    {
      await using harms = await this.#prepare(newer);
      await this.#run(harms);
    }
    assertEquals(findLeavings(this.#box), [], "nuke leaves nothing");
  }

  async #prepare(newer: ImpExecutable): Promise<Harms> {
    this.#newer = newer;
    const settings = {
      runs_kept: 1000,
      stop_timeout: "500ms",
      requests_per_second: 10_000,
      backoff_initial: "20ms",
      backoff_max: "500ms",
    };
    await this.#box.file("config/imp/config.json", JSON.stringify(settings));
    return await openHarms({
      box: this.#box,
      newer,
      commands: this.#options.rounds * this.#options.clients,
      report: this.report,
      tell: (what) => this.history.push(what),
    });
  }

  async #run(harms: Harms): Promise<void> {
    this.#harms = harms;
    const { clients } = this.#options;
    this.#clientsLeft = clients;
    const project = this.#openProject();
    await project.begin();
    const commanding = Array.from({ length: clients }, (_, index) => this.#command(index));
    await Promise.all([...commanding, this.#act(project), this.#harm(), this.#watch()]);
    await harms.relieve();
    await this.#leaveOnce();
    await this.#lendOnce();
    await project.compare();
    await compareWithModel(this.#box, this.#jobs, this.report);
  }

  #openProject(): TortureProject {
    const { seed } = this.#options;
    return new TortureProject({
      box: this.#box,
      random: createRandom(seed * 1_000 + 998),
      report: this.report,
      tell: (what) => this.history.push(what),
    });
  }

  /** As long as the clients do something, and so many times as each of them. */
  async #act(project: TortureProject): Promise<void> {
    for (let round = 0; round < this.#options.rounds; round++) await project.act(this.#harms);
  }

  /** Whatever became of the others: of one run at least is known that it ends and leaves what it has started. */
  async #leaveOnce(): Promise<void> {
    await this.#add(createModelJob("leaver", { kind: "ends", code: 0 }, 2));
  }

  /** And of one that it is up, and has its lease. */
  async #lendOnce(): Promise<void> {
    const job = createModelJob("lent", { kind: "stays" }, 1);
    await this.#add(job, ["--lease", LONG_LEASE]);
    job.isLent = true;
  }

  async #add(job: ModelJob, flags: readonly string[] = []): Promise<void> {
    this.#jobs.set(job.name, job);
    const env = { IMP_OWNER: ownerOf(job) };
    await this.#box.impOk(["add", "--name", job.name, ...flags, "--", ...commandOf(job)], { env });
    applyCommand(job, "add", "heard");
  }

  /** Each client has jobs of its own, so that what it asked for is what must be. */
  async #command(client: number): Promise<void> {
    const random = createRandom(this.#options.seed * 1_000 + client);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    try {
      for (let round = 0; round < this.#options.rounds; round++) {
        const name = `c${client}j${Math.floor(random() * JOBS_PER_CLIENT)}`;
        const command = pick(COMMANDS);
        const dies = random() < 0.1;
        const newer = random() < 0.2;
        const lines = 1 + Math.floor(random() * 50);
        const behaviour = createBehaviour(random);
        const job = this.#jobs.get(name) ?? createModelJob(name, behaviour, lines);
        this.#jobs.set(name, job);
        await this.#give(job, { command, dies, newer, dieAt: random() });
      }
    } finally {
      this.#clientsLeft--;
    }
  }

  async #give(
    job: ModelJob,
    plan: { command: JobCommand; dies: boolean; newer: boolean; dieAt: number },
  ): Promise<void> {
    const { command, dies, dieAt } = plan;
    const imp = plan.newer ? this.#newer : this.#box.executable;
    const args = toArgs(job, command);
    this.report.commands++;
    // A job gets the environment of who adds it, and is to have its own time.
    const clock = command === "add" ? {} : this.#harms.clockEnv;
    const env = { ...clock, IMP_OWNER: ownerOf(job) };
    const wasFull = this.#harms.isDiskFull;
    const { fillings } = this.#harms;
    await using process = this.#box.start([...imp.command, ...args], { env });
    if (dies) await killInItsLife(process, dieAt);
    const { code, signal, stderr } = await process.result();
    this.history.push(`${args.slice(0, 3).join(" ")}: ${signal ?? code} ${stderr.slice(0, 300)}`);
    // No such job: it was removed, or never came to be.
    if (code === 4) return;
    // What failed at once was started all the same.
    const isDone = code === 0 || code === 1 && /failed at once/.test(stderr);
    const { isDiskFull } = this.#harms;
    const ended = {
      ...{ code, signal, stderr },
      wasFull: wasFull || isDiskFull || this.#harms.fillings > fillings,
    };
    const hearing = hearingOf(ended, isDone);
    this.#count(hearing);
    assert(hearing !== "unheard" || isExcused(ended), `${args.join(" ")}: ${code} ${stderr}`);
    applyCommand(job, command, hearing);
  }

  #count(hearing: Hearing): void {
    if (hearing === "refused") this.report.refused++;
    if (hearing === "unheard") this.report.unheard++;
  }

  /** Whatever happens, no job has processes of two runs that have not let go. */
  async #watch(): Promise<void> {
    while (this.#clientsLeft > 0) {
      this.report.looks++;
      assertOneRunEach(this.#box);
      await turns(100);
    }
  }

  /** One harm after the other until the clients are done, and each once however fast they are. */
  async #harm(): Promise<void> {
    const random = createRandom(this.#options.seed * 1_000 + 999);
    let harms = shuffleHarms(random);
    for (let isFirstRound = true; isFirstRound || this.#clientsLeft > 0;) {
      const due = this.report.commands + 1 + Math.floor(random() * 5);
      const choice = random();
      await eventually(
        "the next harm is due",
        () => this.report.commands >= due || this.#clientsLeft === 0,
        { deadlineMs: 300_000 },
      );
      await this.#harms.do(harms.pop()!, choice);
      if (harms.length > 0) continue;
      isFirstRound = false;
      harms = shuffleHarms(random);
    }
  }
}

function createBehaviour(random: () => number): Behaviour {
  const dice = random();
  const code = Math.floor(random() * 3);
  if (dice < 0.4) return { kind: "stays" };
  if (dice < 0.8) return { kind: "ends", code };
  return { kind: "fails", code: Math.max(1, code), most: 2 };
}

function toArgs(job: ModelJob, command: JobCommand): string[] {
  if (command === "remove") return ["remove", "-f", job.name];
  if (command === "lend") return ["keep", "--lease", LONG_LEASE, job.name];
  if (command === "expire") return ["keep", "--lease", "1ms", job.name];
  if (command !== "add") return [command, job.name];
  const { behaviour } = job;
  const policy = behaviour.kind === "fails" ? ["--restart", `on-failure:${behaviour.most}`] : [];
  return ["add", "--name", job.name, ...policy, "--", ...commandOf(job)];
}

if (import.meta.main) Deno.exit(await main(Deno.args));
