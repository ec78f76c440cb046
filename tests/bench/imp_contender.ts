import type { DaemonClient } from "../../src/client/client.ts";
import { PROTOCOL_VERSION } from "../../src/base/version.ts";
import { connectDaemon } from "../../src/client/connect.ts";
import { resolvePaths } from "../../src/platform/paths.ts";
import type { JobView } from "../../src/protocol/job_view.ts";
import type { AddReply } from "../../src/protocol/reply.ts";
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { openBenchBox } from "./bench_box.ts";
import {
  type BenchJob,
  type Contender,
  countSleepers,
  jobNumberIn,
  type ListedJob,
  MOST_TIME_MS,
  sleeperProcesses,
} from "./contender.ts";

const AT_ONCE = 4;

/** What a connection must name. */
interface ImpTarget {
  readonly daemon_id: string;
  readonly build: string;
  readonly version: string;
}

/** imp in a box of its own, its daemon running; `env` in addition to the box's. */
export async function openImp(env: Readonly<Record<string, string>> = {}): Promise<ImpContender> {
  const box = await openBenchBox();
  Object.assign(box.env, env);
  const contender = new ImpContender(box);
  await box.impOk(["ping"]);
  return contender;
}

/** See {@linkcode openImp}. */
export class ImpContender implements Contender {
  readonly name = "imp";
  readonly box: Box;
  readonly ask: readonly string[];
  readonly list: readonly string[];
  #started = 0;
  #target: ImpTarget | undefined;

  constructor(box: Box) {
    this.box = box;
    const { command } = box.executable;
    this.ask = [...command, "ping"];
    this.list = [...command, "list"];
  }

  /** Over one connection, in addition to those that are up. */
  async startJobs(jobs: readonly BenchJob[]): Promise<void> {
    await using client = await this.connect();
    for (const { command } of jobs) await this.add(client, [...command]);
    await this.#waitForSleepers(this.#started += countSleepers(jobs));
  }

  /** One `imp add` for each, a few at a time. */
  async startJobsOneByOne(jobs: readonly BenchJob[]): Promise<void> {
    const file = await this.box.file("jobs.txt", jobs.map(({ number }) => `${number}\n`).join(""));
    await expectSuccess(
      this.box,
      `exec xargs -P ${AT_ONCE} -I{} imp add -q -- /bin/sleep {} < ${file} >/dev/null`,
      MOST_TIME_MS,
    );
    await this.#waitForSleepers(this.#started += jobs.length);
  }

  /** One `imp start --all`, of `count` jobs that are known and down. */
  async startAllJobs(count: number): Promise<void> {
    await this.box.impOk(["start", "--all", "-q"], { deadlineMs: MOST_TIME_MS });
    await this.#waitForSleepers(this.#started += count);
  }

  async stopJobs(): Promise<void> {
    await this.box.impOk(["stop", "--all", "-q"], { deadlineMs: MOST_TIME_MS });
    await this.#waitForSleepers(this.#started = 0);
  }

  async daemonPids(): Promise<number[]> {
    return (await this.box.daemons()).map(({ pid }) => pid);
  }

  /** The next command does that. */
  async reviveDaemon(): Promise<void> {}

  async listJobs(): Promise<ListedJob[]> {
    const jobs: JobView[] = (await this.box.impJson(["list"])).jobs;
    return jobs.map(({ command, status, pid, exit_code }) => ({
      number: jobNumberIn(command.join(" ")),
      isUp: status === "running",
      pid: pid ?? undefined,
      exitCode: exit_code ?? undefined,
    }));
  }

  /** A connection of our own, whatever imp's build is; the daemon must be there. */
  async connect(): Promise<DaemonClient> {
    this.#target ??= await this.box.impJson(["ping"]) as ImpTarget;
    const { daemon_id, build, version } = this.#target;
    const paths = resolvePaths(daemon_id, (name) => this.box.env[name]);
    return await connectDaemon({ paths, build: { protocol: PROTOCOL_VERSION, version, build } });
  }

  /** Adds a job as a client of this box would. */
  add(client: DaemonClient, command: string[]): Promise<AddReply> {
    return client.request("add", {
      command,
      workdir: this.box.project,
      env: { ...this.box.env },
      umask: 0o022,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.box[Symbol.asyncDispose]();
  }

  async #waitForSleepers(count: number): Promise<void> {
    await eventually(`imp has ${count} jobs`, async () => {
      const { length } = await sleeperProcesses(this.box);
      return length === count;
    });
  }
}

/** Runs a line of shell in the box and fails with what it says. */
export async function expectSuccess(
  box: Box,
  script: string,
  deadlineMs = 600_000,
): Promise<string> {
  // All of its group, for whoever is left of it would keep us waiting.
  const limit = ["timeout", "--kill-after=1", String(Math.ceil(deadlineMs / 1_000))];
  const { code, stdout, stderr } = await box.run([...limit, "/bin/sh", "-c", script], {
    deadlineMs: deadlineMs + 5_000,
  });
  if (code !== 0) throw new Error(`${script}\nended with ${code}\n${stdout}${stderr}`);
  return stdout;
}
