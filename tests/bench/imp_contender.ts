import type { DaemonClient } from "../../src/client/client.ts";
import { PROTOCOL_VERSION } from "../../src/base/version.ts";
import { connectDaemon } from "../../src/client/connect.ts";
import { resolvePaths } from "../../src/platform/paths.ts";
import type { AddReply } from "../../src/protocol/request.ts";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { type Contender, jobCommand, jobProcesses } from "./contender.ts";

const AT_ONCE = 4;

/** What a connection must name. */
interface ImpTarget {
  readonly daemon_id: string;
  readonly build: string;
  readonly version: string;
}

/** imp in a box of its own, its daemon running. */
export async function openImp(): Promise<ImpContender> {
  const box = await openBox();
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

  /** One `imp add` for each, a few at a time. */
  async startJobs(count: number): Promise<void> {
    const first = 1_000_000 + this.#started;
    this.#started += count;
    const script = `seq ${first} ${first + count - 1} |
      xargs -P ${AT_ONCE} -I{} imp add -q -- /bin/sleep {} >/dev/null`;
    await expectSuccess(this.box, script);
    await this.#waitForProcesses(this.#started);
  }

  /** The same over one connection, where starting is not what is measured. */
  async startJobsQuickly(count: number): Promise<void> {
    await using client = await this.connect();
    for (let index = 0; index < count; index++) {
      await this.add(client, jobCommand(this.#started + index));
    }
    this.#started += count;
    await this.#waitForProcesses(this.#started);
  }

  async stopJobs(): Promise<void> {
    await this.box.impOk(["stop", "--all", "-q"], { deadlineMs: 300_000 });
    this.#started = 0;
    await this.#waitForProcesses(0);
  }

  async daemonPids(): Promise<number[]> {
    return (await this.box.daemons()).map(({ pid }) => pid);
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

  async #waitForProcesses(count: number): Promise<void> {
    await eventually(`imp has ${count} jobs`, async () => {
      const { length } = await jobProcesses(this.box);
      return length === count;
    });
  }
}

/** Runs a line of shell in the box and fails with what it says. */
export async function expectSuccess(box: Box, script: string): Promise<string> {
  const { code, stdout, stderr } = await box.shell(script, { deadlineMs: 600_000 });
  if (code !== 0) throw new Error(`${script}\nended with ${code}\n${stdout}${stderr}`);
  return stdout;
}
