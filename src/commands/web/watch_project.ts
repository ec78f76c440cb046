import { delay } from "../../base/clock.ts";
import type { DaemonClient } from "../../client/client.ts";
import { followEvents } from "../../client/subscribe.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { PayloadOf } from "../../web/calls.ts";
import type { CommandContext } from "../frame/command.ts";
import { findCommand } from "../frame/find_command.ts";
import { ParsedArgs } from "../frame/parse_args.ts";
import { openWorld, type WordsWorld } from "./run_words.ts";

/** So many events of the past are told with the first snapshot, */
const EVENTS_BEFORE = 50;
/** and of those that were missed. */
const MOST_MISSED = 200;
const USAGE_INTERVAL_MS = 1_000;
/** How often a project without a daemon is looked at. */
const LOOK_INTERVAL_MS = 1_000;

/**
 * Writes what becomes of a project, as lines of JSON, until it is aborted: `snapshot`, `event`, `link`, `usage`. The
 * daemon of our own project is started when it is gone, as those that were lost are; no other is.
 * @throws AppError `daemon.unknown`, and what `imp events` throws
 */
export async function watchProject(
  world: WordsWorld,
  { project, since }: PayloadOf<"watch">,
): Promise<void> {
  if (project !== world.ctx.daemonId) await untilDaemon(world, project);
  await using ctx = openAs("events", world, project);
  const watch = new ProjectWatch(ctx, world, since);
  await watch.run();
}

/** The world of a command of that name; which one says whether a daemon may be started. */
function openAs(name: string, world: WordsWorld, project: string) {
  const args = new ParsedArgs(new Map([["daemon-id", [project]], ["json", [""]]]), []);
  return openWorld(world, findCommand(world.ctx.commands, name)!, args);
}

/** Shows what the last daemon left, until there is one. */
async function untilDaemon(world: WordsWorld, project: string): Promise<void> {
  await using ctx = openAs("list", world, project);
  const source = await ctx.source();
  if (source.client !== undefined) return;
  const { jobs } = await source.request("list", {});
  await writeLine(world, { type: "link", link: "down" });
  await writeLine(world, { type: "snapshot", seq: 0, jobs });
  while (!isDaemonAlive(ctx.paths)) await delay(ctx.clock, LOOK_INTERVAL_MS, world.signal);
}

async function writeLine({ write }: Pick<WordsWorld, "write">, value: object): Promise<void> {
  await write(`${JSON.stringify(value)}\n`);
}

/** One subscription, and a look at what the jobs use beside it. */
class ProjectWatch {
  readonly #ctx: CommandContext;
  readonly #world: WordsWorld;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  readonly #since: number | undefined;
  #client: DaemonClient | undefined;
  #isConnected = false;

  constructor(ctx: CommandContext, world: WordsWorld, since: number | undefined) {
    this.#ctx = ctx;
    this.#since = since;
    this.#world = world;
    this.#signal = AbortSignal.any([world.signal, this.#over.signal]);
  }

  async run(): Promise<void> {
    const first = await this.#ctx.client();
    try {
      await Promise.race([this.#follow(first), this.#sample()]);
    } finally {
      this.#over.abort();
    }
  }

  async #follow(first: DaemonClient): Promise<void> {
    const { daemon } = await first.request("status", {}, { signal: this.#signal });
    const items = followEvents({
      payload: { since: firstSeq(daemon.seq, this.#since) },
      connect: (how) => this.#ctx.connect(how),
      first,
      clock: this.#ctx.clock,
      signal: this.#signal,
      onState: (link, error) => {
        this.#isConnected = link === "connected";
        this.#tell({ type: "link", link, reason: error?.message });
      },
    });
    let isFirst = true;
    for await (const item of items) {
      if (item.type === "snapshot") {
        this.#client = item.client;
        const { seq, jobs } = item.snapshot;
        if (isFirst || !item.isResumed) await this.#write({ type: "snapshot", seq, jobs });
        isFirst = false;
        continue;
      }
      if (item.event.event === "gap") await this.#fillGap(item.event.seq);
      await this.#write({ type: "event", ...item.event });
    }
  }

  /** What was missed is in the jobs as they are now. */
  async #fillGap(seq: number): Promise<void> {
    const list = await this.#client?.request("list", {}, { signal: this.#signal })
      .catch(() => undefined);
    if (list) await this.#write({ type: "snapshot", seq, jobs: list.jobs });
  }

  async #sample(): Promise<void> {
    while (!this.#signal.aborted) {
      // Whether the daemon is there is for the subscription to find out.
      const status = this.#isConnected
        ? await this.#client?.request("status", {}, { signal: this.#signal }).catch(() => undefined)
        : undefined;
      if (status) {
        const { generated_at: time } = status;
        await this.#write({ type: "usage", time, jobs: status.jobs.map(toUsage) });
      }
      await delay(this.#ctx.clock, USAGE_INTERVAL_MS, this.#signal);
    }
  }

  #write(value: object): Promise<void> {
    return writeLine(this.#world, value);
  }

  /** Whether it can still be written is found out by the next line. */
  #tell(value: object): void {
    void this.#write(value).catch(() => {});
  }
}

/** Which event is the last that is not told; one that is not there yet is of another store. */
function firstSeq(seq: number, known: number | undefined): number {
  if (known === undefined || known > seq) return Math.max(0, seq - EVENTS_BEFORE);
  return Math.max(known, seq - MOST_MISSED);
}

function toUsage({ id, cpu_percent, memory_bytes, ports, ports_declared }: JobView) {
  return { id, cpu_percent, memory_bytes, ports, ports_declared };
}
