/**
 * `deno task torture`: several clients give random commands to one project's daemon while daemons and clients are
 * killed, stopped and taken over; in the end the system is compared with a model of what the commands asked for. A
 * failure prints its seed; the same seed gives the same plan of commands and faults.
 */
import { parseArgs } from "@std/cli/parse-args";
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { findImp, type ImpExecutable } from "../support/imp_executable.ts";
import { assertTruth, type ListedJob } from "../support/job_truth.ts";
import { isAlive } from "../support/process_facts.ts";
import { createRandom } from "../support/random.ts";
import { applyCommand, createModelJob, type ModelJob } from "./model.ts";

/** What to do, and how often. */
export interface TortureOptions {
  readonly seed: number;
  /** Steps of each client. */
  readonly rounds: number;
  readonly clients?: number;
  readonly tell?: (line: string) => void;
}

/** What was done, for the figures. */
export interface TortureReport {
  commands: number;
  unheard: number;
  daemonKills: number;
  daemonStops: number;
  takeovers: number;
  starts: number;
}

const USAGE = "Usage: deno task torture [--seed N] [--rounds N] [--minutes N] [--clients N]";
const DEFAULT_ROUNDS = 40;
const JOBS_PER_CLIENT = 3;
const COMMANDS = ["start", "stop", "restart", "remove", "add", "add"] as const;

async function main(args: string[]): Promise<number> {
  const flags = parseArgs(args, { string: ["seed", "rounds", "minutes", "clients"] });
  if (flags._.length > 0 || "help" in flags) {
    console.log(USAGE);
    return 2;
  }
  const endMs = performance.now() + Number(flags.minutes ?? 0) * 60_000;
  let seed = Number(flags.seed ?? Math.floor(performance.timeOrigin) % 1_000_000_000);
  do {
    const rounds = Number(flags.rounds ?? DEFAULT_ROUNDS);
    const clients = Number(flags.clients ?? 4);
    const report = await torture({ seed, rounds, clients, tell: console.log });
    console.log(`seed ${seed}: as the model says`, report);
    seed++;
  } while (performance.now() < endMs);
  return 0;
}

/** Throws with the seed when imp and the model disagree. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  await using box = await openBox();
  const newer = await findImp({ stamp: "20990101T000000.000Z" });
  const run = new Torture(box, options, newer);
  try {
    await run.run();
  } catch (error) {
    const replay = `deno task torture --seed ${options.seed} --rounds ${options.rounds}`;
    throw new Error(
      `Replay: ${replay}\n${run.history.slice(-60).join("\n")}\n${await box.explain()}`,
      {
        cause: error,
      },
    );
  }
  return run.report;
}

class Torture {
  readonly history: string[] = [];
  readonly report: TortureReport = {
    commands: 0,
    unheard: 0,
    daemonKills: 0,
    daemonStops: 0,
    takeovers: 0,
    starts: 0,
  };
  readonly #box: Box;
  readonly #options: TortureOptions;
  readonly #newer: ImpExecutable | undefined;
  readonly #jobs = new Map<string, ModelJob>();
  #clientsLeft = 0;

  constructor(box: Box, options: TortureOptions, newer: ImpExecutable | undefined) {
    this.#box = box;
    this.#options = options;
    this.#newer = newer;
  }

  async run(): Promise<void> {
    const settings = { runs_kept: 1000, stop_timeout: "500ms", requests_per_second: 10_000 };
    await this.#box.file("config/imp/config.json", JSON.stringify(settings));
    const clients = this.#options.clients ?? 4;
    this.#clientsLeft = clients;
    const commanding = Array.from({ length: clients }, (_, index) => this.#command(index));
    await Promise.all([...commanding, this.#harm()]);
    await this.#compare();
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
        const stays = random() < 0.5;
        const code = Math.floor(random() * 3);
        const job = this.#jobs.get(name) ??
          createModelJob(name, stays ? { kind: "stays" } : { kind: "ends", code }, lines);
        this.#jobs.set(name, job);
        await this.#give(job, { command, dies, newer, dieAt: random() });
      }
    } finally {
      this.#clientsLeft--;
    }
  }

  async #give(
    job: ModelJob,
    plan: { command: typeof COMMANDS[number]; dies: boolean; newer: boolean; dieAt: number },
  ): Promise<void> {
    const { command, dies, dieAt } = plan;
    const imp = plan.newer && this.#newer ? this.#newer : this.#box.executable;
    const args = command === "add"
      ? ["add", "--name", job.name, "--", ...commandOf(job)]
      : command === "remove"
      ? ["remove", "-f", job.name]
      : [command, job.name];
    this.report.commands++;
    await using process = this.#box.start([...imp.command, ...args]);
    if (dies) {
      // Somewhere in its life, which is about as long as this many turns of the event loop.
      await turns(Math.floor(dieAt * 200));
      try {
        process.kill("SIGKILL");
      } catch {
        // It was quicker.
      }
    }
    const { code, signal, stderr } = await process.result();
    this.history.push(`${args.slice(0, 3).join(" ")}: ${signal ?? code} ${stderr.slice(0, 200)}`);
    // No such job: it was removed, or never came to be.
    if (code === 4) return;
    const heard = signal === null && code === 0;
    if (!heard) this.report.unheard++;
    assert(heard || isExcused(code, signal, stderr), `${args.join(" ")}: ${code} ${stderr}`);
    applyCommand(job, command, heard);
  }

  /** Kills, stops and replaces the daemon until the clients are done. */
  async #harm(): Promise<void> {
    const random = createRandom(this.#options.seed * 1_000 + 999);
    while (this.#clientsLeft > 0) {
      const commands = this.report.commands;
      const due = commands + 2 + Math.floor(random() * 6);
      await eventually(
        "the next harm is due",
        () => this.report.commands >= due || this.#clientsLeft === 0,
      );
      const [daemon] = await this.#box.daemons();
      if (daemon === undefined) continue;
      const dice = random();
      if (dice < 0.6) {
        this.history.push(`kill -9 daemon ${daemon.pid}`);
        signal(daemon.pid, "SIGKILL");
        this.report.daemonKills++;
      } else if (dice < 0.8) {
        this.history.push(`stop and continue daemon ${daemon.pid}`);
        signal(daemon.pid, "SIGSTOP");
        await turns(300);
        signal(daemon.pid, "SIGCONT");
        this.report.daemonStops++;
      } else if (this.#newer) {
        this.history.push("takeover");
        const imp = random() < 0.5 ? this.#newer : this.#box.executable;
        await this.#box.run([...imp.command, "--takeover", "ping"]);
        this.report.takeovers++;
      }
    }
  }

  async #compare(): Promise<void> {
    await eventually("one daemon is left", async () => {
      await this.#box.imp(["ping"]);
      return (await this.#box.daemons()).length === 1;
    });
    await eventually("what ends has ended", async () => {
      const listed: ListedJob[] = await this.#box.impJson(["list"]);
      return listed.every(({ name, status }) =>
        !(status === "running" && this.#jobs.get(name)!.behaviour.kind === "ends")
      );
    });
    const listed = await assertTruth(this.#box);
    for (const each of listed) assert(this.#jobs.has(each.name), `${each.name} was never added`);
    for (const job of this.#jobs.values()) {
      await this.#compareJob(job, listed.find(({ name }) => name === job.name));
    }
    assertEquals(new Set(listed.map(({ name }) => name)).size, listed.length, "names are unique");
  }

  async #compareJob(job: ModelJob, listed: ListedJob | undefined): Promise<void> {
    const told = `${JSON.stringify(job)} is ${JSON.stringify(listed)}`;
    if (!job.unsure) {
      assertEquals(
        listed === undefined,
        job.wanted === "gone" || job.starts === 0 && job.perhaps === 0,
        told,
      );
      if (listed && job.behaviour.kind === "stays") {
        assertEquals(listed.status, job.wanted === "up" ? "running" : "stopped", told);
      }
    }
    if (listed === undefined) return;
    this.report.starts += listed.run;
    const { runs } = await this.#box.impJson(["show", job.name]);
    const numbers = runs.map((run: { run: number }) => run.run).sort((a: number, b: number) =>
      a - b
    );
    assertEquals(numbers, Array.from({ length: listed.run }, (_, index) => index + 1), told);
    for (const run of runs) this.#compareRun(job, run, told);
  }

  #compareRun(
    { behaviour, lines }: ModelJob,
    run: { outcome: string; exit_code: number | null; stdout_path: string; reason: string | null },
    told: string,
  ): void {
    const about = `${told}\n${JSON.stringify(run)}`;
    assert(run.outcome !== "lost", about);
    const expected = ["begun", ...Array.from({ length: lines }, (_, index) => `line ${index + 1}`)];
    const isWhole = behaviour.kind === "ends" && [0, 1, 2].includes(run.exit_code ?? -1);
    if (isWhole && behaviour.kind === "ends") assertEquals(run.exit_code, behaviour.code, about);
    let text = "";
    try {
      text = Deno.readTextFileSync(run.stdout_path);
    } catch {
      assert(!isWhole, about);
    }
    const written = text.split("\n").filter((line) => line !== "");
    // One that was stopped has said the first part of it.
    assertEquals(written, isWhole ? expected : expected.slice(0, written.length), about);
  }
}

function commandOf({ behaviour, lines }: ModelJob): string[] {
  const words = 'echo "$IMP_RUN_ID" >> starts; echo begun; i=0; ' +
    `while [ $i -lt ${lines} ]; do i=$((i + 1)); echo "line $i"; done; `;
  const end = behaviour.kind === "ends" ? `exit ${behaviour.code}` : "exec sleep 1000000";
  return ["sh", "-c", words + end];
}

/** A client whose daemon is killed or stopped under it may say so; nothing else. */
function isExcused(code: number, signal: string | null, stderr: string): boolean {
  if (signal === "SIGKILL" || code === 137) return true;
  return code === 69 || code === 6 && /taken/.test(stderr) ||
    /connection|daemon|shutting down|taken over/i.test(stderr);
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    if (isAlive(pid)) Deno.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

/** Lets others go on for a while that depends on the machine, not on a clock. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Deno.stat("/");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
