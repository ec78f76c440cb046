import { type CancelTimer, delay } from "../base/clock.ts";
import type { DaemonClient } from "../client/client.ts";
import { followEvents } from "../client/subscribe.ts";
import { FrameLimiter } from "./frame_limiter.ts";
import { FramePainter } from "./frame_painter.ts";
import { createInkScreen, type InkScreen } from "./ink_screen.tsx";
import { KeyDecoder } from "./key_input.ts";
import { noteKept, wantedPage } from "./output_window.ts";
import { OutputFeed } from "./output_feed.ts";
import { reduce } from "./reducer.ts";
import type { Action, ScreenEffect } from "./action.ts";
import { ScreenWork } from "./screen_work.ts";
import { createState, hasUpJobs, outputTarget, type TuiState, viewOf } from "./state.ts";
import { lookAtLogs } from "./look_at_logs.ts";
import { createPaint } from "./paint.ts";
import type { TuiOptions } from "./tui_options.ts";

/** How often times are counted on, and what processes use is asked for. */
const TICK_MS = 1_000;
/** How long an Escape may be the beginning of something longer. */
const ESCAPE_MS = 30;

/**
 * Shows the jobs and obeys the user until it is left; resolves with the exit code.
 * @throws AppError when the daemon cannot be reached for a reason that will not pass
 */
export async function runTui(options: TuiOptions): Promise<number> {
  using screen = createInkScreen(createPaint(options.color));
  using loop = new TuiLoop(options, screen);
  return await loop.run();
}

/** The one place where state changes: facts and keys come in, requests and frames go out. */
class TuiLoop implements Disposable {
  readonly #options: TuiOptions;
  readonly #screen: InkScreen;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  readonly #exit = Promise.withResolvers<number>();
  readonly #painter = new FramePainter();
  readonly #frames: FrameLimiter;
  readonly #feed: OutputFeed;
  readonly #work: ScreenWork;
  #state: TuiState;
  #drawn: TuiState | undefined;
  #client: DaemonClient | undefined;
  #isSampling = false;

  constructor(options: TuiOptions, screen: InkScreen) {
    this.#options = options;
    this.#screen = screen;
    const { clock, color, daemonId, logsDir, signal, terminal } = options;
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
    this.#frames = new FrameLimiter(clock, () => this.#draw());
    const onChange = () => this.#frames.request();
    this.#feed = new OutputFeed({ logsDir, color, clock, onChange });
    this.#state = createState({ daemonId, size: terminal.size(), nowMs: clock.now() });
    this.#work = new ScreenWork({
      options,
      feed: this.#feed,
      signal: this.#signal,
      state: () => this.#state,
      client: () => this.#client,
      dispatch: (action) => this.#dispatch(action),
      onBack: () => {
        this.#forgetScreen();
        this.#frames.request(true);
      },
    });
  }

  run(): Promise<number> {
    const { signal, terminal } = this.#options;
    const quit = () => this.#exit.resolve(0);
    if (signal.aborted) quit();
    signal.addEventListener("abort", quit, { once: true });
    terminal.onEnd((code) => this.#exit.resolve(code));
    terminal.onChange(() => {
      this.#work.attached?.resize();
      this.#forgetScreen();
      this.#dispatch({ type: "resize", size: terminal.size() });
    });
    this.#frames.request();
    for (const part of [this.#followDaemon(), this.#readKeys(), this.#tick()]) {
      part.catch((error) => this.#exit.reject(error));
    }
    return this.#exit.promise;
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#work[Symbol.dispose]();
    this.#frames[Symbol.dispose]();
    this.#feed[Symbol.dispose]();
  }

  #dispatch(action: Action): void {
    if (this.#signal.aborted) return;
    const tick = reduce(this.#state, { type: "tick", nowMs: this.#options.clock.now() });
    const { state, effects } = reduce(tick.state, action);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    this.#frames.request(action.type === "input");
  }

  #run(effect: ScreenEffect): void {
    switch (effect.type) {
      case "quit":
        return this.#exit.resolve(0);
      case "mouse":
        return this.#options.terminal.setMouse(effect.on);
      case "redraw":
        return this.#forgetScreen();
      case "suspend":
        return this.#options.terminal.suspend();
      default:
        return this.#work.run(effect);
    }
  }

  /** What is on the screen is unknown. */
  #forgetScreen(): void {
    this.#painter.forget();
    this.#drawn = undefined;
  }

  async #followDaemon(): Promise<void> {
    const { clock, connect, first } = this.#options;
    const items = followEvents({
      payload: {},
      connect,
      first,
      clock,
      signal: this.#signal,
      onState: (link, error) =>
        this.#dispatch(
          error ? { type: "link", link, reason: error.message } : { type: "link", link },
        ),
    });
    for await (const item of items) {
      if (item.type === "event") {
        this.#dispatch(item);
        continue;
      }
      this.#client = item.client;
      const { jobs, seq } = item.snapshot;
      this.#dispatch({ type: "snapshot", jobs, seq });
    }
  }

  async #readKeys(): Promise<void> {
    const { clock, terminal } = this.#options;
    const decoder = new KeyDecoder();
    let cancel: CancelTimer | undefined;
    const handle = (events: ReturnType<KeyDecoder["push"]>) => {
      for (const event of events) this.#dispatch({ type: "input", event });
    };
    for await (const bytes of terminal.bytes) {
      if (this.#signal.aborted) return;
      if (this.#work.attached) {
        this.#work.attached.type(bytes);
        continue;
      }
      cancel?.();
      handle(decoder.push(bytes));
      if (decoder.isWaiting) cancel = clock.schedule(ESCAPE_MS, () => handle(decoder.flush()));
    }
    // The terminal has gone, and with it whoever looked at it.
    this.#exit.resolve(0);
  }

  async #tick(): Promise<void> {
    try {
      while (!this.#signal.aborted) {
        void this.#sampleUsage();
        this.#lookAtLogs();
        await delay(this.#options.clock, TICK_MS, this.#signal);
        this.#dispatch({ type: "tick", nowMs: this.#options.clock.now() });
      }
    } catch (error) {
      if (!this.#signal.aborted) throw error;
    }
  }

  /** Which jobs have written something; those that are not up have said all that they have to say. */
  #lookAtLogs(): void {
    const times = lookAtLogs(this.#options.logsDir, this.#state);
    if (times.size > 0) this.#dispatch({ type: "written", times });
  }

  async #sampleUsage(): Promise<void> {
    const isUseful = this.#state.link === "connected" && hasUpJobs(this.#state);
    if (!isUseful || this.#isSampling) return;
    this.#isSampling = true;
    try {
      const reply = await this.#client?.request("status", {}, { signal: this.#signal });
      if (reply) this.#dispatch({ type: "usage", jobs: reply.jobs });
    } catch {
      // Whether the daemon is there is for the subscription to find out.
    } finally {
      this.#isSampling = false;
    }
  }

  async #draw(): Promise<void> {
    try {
      this.#takeOutput();
      if (this.#state === this.#drawn || this.#work.isAway) return;
      this.#drawn = this.#state;
      const text = this.#painter.paint(this.#screen.draw(this.#state));
      if (text !== "") await this.#options.terminal.write(text);
    } catch (error) {
      this.#exit.reject(error);
    }
  }

  /** Opening files for every job that the selection passes would be work for nothing, so it is done by the frame. */
  #takeOutput(): void {
    this.#feed.show(outputTarget(this.#state), this.#state.outputRun !== undefined);
    for (const action of this.#feed.take()) this.#state = reduce(this.#state, action).state;
    if (this.#state.output.follow) return;
    const { output } = this.#state;
    const kept = noteKept(output, this.#feed.kept(output.heldAt));
    if (kept !== output) this.#state = { ...this.#state, output: kept };
    const wish = wantedPage(this.#state.output, viewOf(this.#state));
    const page = wish && this.#feed.read(wish);
    if (page) this.#state = reduce(this.#state, page).state;
  }
}
