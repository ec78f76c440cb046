/** The screen of `imp tui` on a terminal and beside a daemon that are made for tests. */
import { connectDaemon } from "../../src/client/connect.ts";
import type { ImpPaths } from "../../src/platform/paths.ts";
import type { ImpEvent } from "../../src/protocol/event.ts";
import type { JobView } from "../../src/protocol/job_view.ts";
import { runTui } from "../../src/tui/run_tui.ts";
import type { TuiOptions } from "../../src/tui/tui_options.ts";
import { eventually } from "./eventually.ts";
import { FakeClock } from "./fake_clock.ts";
import { BUILD } from "./fake_daemon.ts";
import type { Message, Peer } from "./fake_peer.ts";
import { FakeTerminal } from "./fake_terminal.ts";
import { NOW_MS } from "./tui_fixture.ts";

/** The daemon's side of one connection. */
export class Script {
  readonly asked: Message[] = [];
  #peer: Peer | undefined;
  #subscription = 0;

  /** Answers a subscription with these jobs, and every other request with `reply`. */
  async play(
    peer: Peer,
    jobs: readonly JobView[],
    reply: (request: Message) => unknown,
  ): Promise<void> {
    this.#peer = peer;
    for (;;) {
      const request = await peer.next();
      this.asked.push(request);
      if (request.type === "subscribe") {
        this.#subscription = request.id;
        await peer.send({ id: request.id, ok: true, data: { seq: 1, jobs } });
      } else {
        const data = reply(request);
        if (data !== undefined) await peer.send({ id: request.id, ok: true, data });
      }
    }
  }

  async tell(event: ImpEvent): Promise<void> {
    await this.#peer!.send({ type: "event", subscription: this.#subscription, event });
  }

  types(): string {
    return this.asked.map(({ type }) => type).join(" ");
  }
}

/** See {@linkcode openScreen}. */
export interface World extends AsyncDisposable {
  readonly terminal: FakeTerminal;
  readonly clock: FakeClock;
  readonly abort: AbortController;
  readonly ended: Promise<number>;
  /** Lets time pass until the screen shows this. */
  shows(pattern: string | RegExp): Promise<void>;
}

/** Opens it; disposing of it closes it. */
export async function openScreen(
  paths: ImpPaths,
  { connect, attach }: Partial<Pick<TuiOptions, "connect" | "attach">> = {},
): Promise<World> {
  const terminal = new FakeTerminal();
  const clock = new FakeClock(NOW_MS);
  const abort = new AbortController();
  const dial = () => connectDaemon({ paths, build: BUILD });
  const first = await dial();
  const ended = runTui({
    daemonId: "d",
    logsDir: paths.logsDir,
    color: true,
    clock,
    signal: abort.signal,
    terminal,
    first,
    connect: connect ?? dial,
    attach: attach ?? (() => {
      throw new Error("nobody attaches");
    }),
    details: (_client, { jobId }) => Promise.resolve([`all about ${jobId}`]),
    call: (_client, { words, line }) => Promise.resolve([...words, line].join(" ")),
    page: () => Promise.resolve(),
  });
  ended.catch(() => {});
  return {
    terminal,
    clock,
    abort,
    ended,
    async shows(pattern) {
      await eventually(`the screen shows ${pattern}`, async () => {
        await clock.advance(50);
        return typeof pattern === "string"
          ? terminal.screen.includes(pattern)
          : pattern.test(terminal.screen);
      }, { explain: () => terminal.screen });
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended.catch(() => {});
      first.close();
      await first.closed;
    },
  };
}
