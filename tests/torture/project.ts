/** A project's file among the torture: it is changed, brought up and down while all else happens, and judged in the end. */
import { assert, assertEquals } from "@std/assert";
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import type { Harms } from "./harms.ts";
import { killInItsLife } from "./harms.ts";
import { hearingOf, isExcused } from "./hearing.ts";
import type { TortureReport } from "./report.ts";

/** What is done to the project; `flip`: its database becomes ready, or is no more. */
const ACTIONS = ["up", "up", "up", "down", "change", "input", "flip"] as const;
type Action = typeof ACTIONS[number];

const SERVICES = ["db", "api", "web"];
const JOBS = ["prepare", ...SERVICES];

const TOLD_OF_A_JOB = /^imp: \w+ (not ready|failed|waits for)/m;

/** A job of the project, as `list --json` shows it. */
interface ListedJob {
  readonly name: string;
  readonly status: string;
  readonly ready: boolean;
  readonly desired: string;
  readonly exit_code: number | null;
  readonly reason: string | null;
  readonly description: string | null;
  readonly source?: string;
  readonly stdout_path: string;
}

/** What the torture's project needs. */
export interface TortureProjectOptions {
  readonly box: Box;
  readonly random: () => number;
  readonly report: TortureReport;
  readonly tell: (what: string) => void;
}

/** See the file. */
export class TortureProject {
  readonly #options: TortureProjectOptions;
  /** Of each job as the file has it: every second change is one that takes a start. */
  readonly #versions = new Map(JOBS.map((name) => [name, 0]));
  #input = 0;
  #isWell = true;
  /** What was asked last by a command that succeeded, and of which versions. */
  #wanted: "up" | "down" = "down";
  #applied = new Map<string, number>();
  /** Whether the last word is not known to have been heard. */
  #isUnsure = false;

  constructor(options: TortureProjectOptions) {
    this.#options = options;
  }

  /** Writes what is there before anything starts. */
  async begin(): Promise<void> {
    await this.#writeFile();
    await this.#write("input", "0");
    await this.#write("well", "");
  }

  /** Does one thing to it. */
  async act(harms: Harms): Promise<void> {
    const { random } = this.#options;
    const action: Action = ACTIONS[Math.floor(random() * ACTIONS.length)]!;
    const [choice, dies, dieAt] = [random(), random() < 0.1, random()];
    if (action === "up" || action === "down") {
      const waits = choice < 0.5 ? ["--no-wait"] : ["--wait", "300ms"];
      return await this.#give(harms, action === "up" ? ["up", ...waits] : ["down"], {
        dies,
        dieAt,
      });
    }
    if (action === "input") return await this.#write("input", String(++this.#input));
    if (action === "flip") return await this.#flip(!this.#isWell);
    const name = JOBS[Math.floor(choice * JOBS.length)]!;
    this.#versions.set(name, this.#versions.get(name)! + 1);
    await this.#writeFile();
  }

  async #give(
    harms: Harms,
    args: string[],
    { dies, dieAt }: { dies: boolean; dieAt: number },
  ): Promise<void> {
    const { box, report, tell } = this.#options;
    const [isFull, fillings] = [harms.isDiskFull, harms.fillings];
    const versions = new Map(this.#versions);
    report.projectCommands++;
    // Jobs get the environment of the call, and are to have their own time.
    const env = args[0] === "up" ? {} : harms.clockEnv;
    await using process = box.start([...box.executable.command, ...args], { env });
    if (dies) await killInItsLife(process, dieAt);
    const { code, signal, stderr } = await process.result();
    tell(`${args.join(" ")}: ${signal ?? code} ${stderr.slice(0, 300)}`);
    const wasFull = isFull || harms.isDiskFull || harms.fillings > fillings;
    const ended = { code, signal, stderr, wasFull };
    // Time over, or a job is not what it should be: it is stored all the same.
    const isToldOfJobs = code === 124 || code === 1 && TOLD_OF_A_JOB.test(stderr);
    const isDone = code === 0 || args[0] === "up" && isToldOfJobs;
    const hearing = hearingOf(ended, isDone);
    assert(hearing !== "unheard" || isExcused(ended), `${args.join(" ")}: ${code} ${stderr}`);
    this.#isUnsure = hearing !== "heard";
    if (hearing !== "heard") return;
    this.#wanted = args[0] === "up" ? "up" : "down";
    if (this.#wanted === "up") this.#applied = versions;
  }

  async #flip(isWell: boolean): Promise<void> {
    const { box, report } = this.#options;
    this.#isWell = isWell;
    report.flips++;
    if (isWell) return await this.#write("well", "");
    await Deno.remove(`${box.project}/well`).catch(() => {});
  }

  /** Asserts that it is as it was asked for, comes up as the file says, and is gone with `down --rm`. */
  async compare(): Promise<void> {
    const { box } = this.#options;
    await this.#flip(true);
    if (!this.#isUnsure) await this.#compareAsAsked();
    const { code, stdout, stderr } = await box.imp(["up", "--wait", "60s"]);
    assertEquals(code, 0, `${stdout}${stderr}`);
    await this.#assertUp(await this.#list(), this.#versions);
    const prepare = (await this.#list()).find(({ name }) => name === "prepare")!;
    assertEquals(await lastWord(prepare, "input"), String(this.#input), JSON.stringify(prepare));
    assertEquals(await box.impOk(["up"]), "Up to date\n");
    await box.impOk(["down"]);
    for (const job of await this.#list()) {
      assertEquals([job.desired, /running|starting/.test(job.status)], ["down", false], job.name);
    }
    await box.impOk(["down", "--rm"]);
    assertEquals(await this.#list(), []);
  }

  async #compareAsAsked(): Promise<void> {
    const { box } = this.#options;
    const isAsAsked = async () => {
      const jobs = await this.#list();
      // What could not be started for want of space says so.
      if (jobs.some(({ reason }) => /space|full/i.test(reason ?? ""))) return true;
      if (this.#wanted === "down") return jobs.every(({ desired }) => desired === "down");
      return await this.#assertUp(jobs, this.#applied).then(() => true, () => false);
    };
    await eventually(`the project is ${this.#wanted}`, isAsAsked, {
      deadlineMs: 60_000,
      explain: async () =>
        `${JSON.stringify([...this.#applied])} ${await box.impOk(["list", "--json"])}`,
    });
  }

  async #assertUp(
    jobs: readonly ListedJob[],
    versions: ReadonlyMap<string, number>,
  ): Promise<void> {
    const byName = new Map(jobs.map((job) => [job.name, job]));
    assertEquals([...byName.keys()].sort(), [...versions.keys()].sort());
    for (const [name, version] of versions) {
      const job = byName.get(name)!;
      const told = `${version} ${JSON.stringify(job)}`;
      if (name === "prepare") assertEquals([job.status, job.exit_code], ["exited", 0], told);
      else assertEquals([job.status, job.ready], ["running", true], told);
      assertEquals(job.description, descriptionOf(version), told);
      assertEquals(await lastWord(job, "version"), String(versionAtStart(version)), told);
    }
  }

  async #list(): Promise<ListedJob[]> {
    const jobs: ListedJob[] = (await this.#options.box.impJson(["list"])).jobs;
    return jobs.filter(({ source }) => source !== undefined);
  }

  async #writeFile(): Promise<void> {
    const job = (name: string, rest: object) => {
      const version = this.#versions.get(name)!;
      const say = 'say() { until printf "%s\\n" "$1" 2>&-; do sleep 0.1; done; }; ';
      const words = 'echo "$IMP_RUN_ID" >> starts; say begun; say "version $V"; ';
      const end = name === "prepare" ? 'say "input $(cat input)"' : "exec sleep 1000000";
      return {
        command: `${say}${words}${end}`,
        description: descriptionOf(version),
        env: { V: String(versionAtStart(version)) },
        ...rest,
      };
    };
    const well = { command: "test -f well", interval: "100ms" };
    const jobs = {
      prepare: job("prepare", { task: true, inputs: ["input"] }),
      db: job("db", { ready: well, health: { ...well, retries: 1, grace: "0s" } }),
      api: job("api", { depends_on: ["db", "prepare"], ready: "log:^version" }),
      web: job("web", { depends_on: { api: { for: "ready", restart: true } }, ready: "delay:1ms" }),
    };
    await this.#write("imp.yaml", JSON.stringify({ jobs }));
  }

  /** In one step, for others read it. */
  async #write(name: string, text: string): Promise<void> {
    const path = `${this.#options.box.project}/${name}`;
    await Deno.writeTextFile(`${path}.new`, text);
    await Deno.rename(`${path}.new`, path);
  }
}

/** What waits for a start is changed every second time; else what holds at once. */
function versionAtStart(version: number): number {
  return Math.floor(version / 2);
}

function descriptionOf(version: number): string {
  return `as of ${version}`;
}

/** What the current run of a job has said last of something. */
async function lastWord({ stdout_path }: ListedJob, word: string): Promise<string | undefined> {
  const text = await Deno.readTextFile(stdout_path).catch(() => "");
  return text.split("\n").findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
}
