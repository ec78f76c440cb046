import { encodeBase64 } from "@std/encoding/base64";
import { messageOf } from "../base/app_error.ts";
import type { DaemonClient } from "../client/client.ts";
import { toPlainText } from "../text/clean_text.ts";
import type { Action, ScreenEffect, SearchEffect } from "./action.ts";
import type { AttachedJob } from "./attached_job.ts";
import type { OutputFeed } from "./output_feed.ts";
import { callCommand, sendRequest } from "./send_request.ts";
import { itemOf, type TuiState } from "./state.ts";
import { jobIn, neighbourOf } from "./step_run.ts";
import type { TuiOptions } from "./tui_options.ts";

/** What {@linkcode ScreenWork} works with. */
export interface ScreenWorld {
  readonly options: TuiOptions;
  readonly feed: OutputFeed;
  /** Ends all of it. */
  readonly signal: AbortSignal;
  readonly state: () => TuiState;
  /** Undefined before the first connection. */
  readonly client: () => DaemonClient | undefined;
  readonly dispatch: (action: Action) => void;
  /** The terminal is ours again. */
  readonly onBack: () => void;
}

/** What takes its time, and ends in an action: a failure of it is told, and ends nothing. */
export class ScreenWork implements Disposable {
  readonly #world: ScreenWorld;
  /** What has the terminal at the moment, instead of us. */
  attached: AttachedJob | undefined;
  #isHandedOver = false;
  #searching = new AbortController();

  constructor(world: ScreenWorld) {
    this.#world = world;
  }

  /** Somebody else has the terminal. */
  get isAway(): boolean {
    return this.attached !== undefined || this.#isHandedOver;
  }

  /** Begins it. */
  run(effect: Exclude<ScreenEffect, { type: "quit" | "mouse" | "redraw" | "suspend" }>): void {
    this.#begin(effect).catch((error) =>
      this.#world.dispatch({ type: "note", text: messageOf(error), isError: true })
    );
  }

  [Symbol.dispose](): void {
    this.attached?.[Symbol.dispose]();
  }

  async #begin(effect: Parameters<ScreenWork["run"]>[0]): Promise<void> {
    const { client, dispatch, options } = this.#world;
    const report = dispatch;
    switch (effect.type) {
      case "attach":
        return await this.#attach(effect.jobId);
      case "details":
        return await this.#tellDetails(effect.jobId);
      case "step_run":
        return await this.#stepRun(effect);
      case "search":
        return await this.#search(effect);
      case "copy":
        return await options.terminal.write(toClipboard(effect.text));
      case "pager":
        return await this.#page(effect);
      case "refresh":
        return await this.#refresh();
      case "command":
        return await callCommand(effect, { client: client(), call: options.call, report });
      case "request":
        return await sendRequest(effect, { client: client(), report });
    }
  }

  async #attach(jobId: string): Promise<void> {
    const { client, dispatch, onBack, options, state } = this.#world;
    const job = itemOf(state(), jobId)?.job;
    const daemon = client();
    if (!job || !daemon || this.isAway) return;
    using attached = options.attach(daemon, job);
    this.attached = attached;
    try {
      using _lent = await options.terminal.lend(() => attached.leaving());
      const text = await attached.run();
      dispatch({ type: "note", text, isError: false });
    } finally {
      this.attached = undefined;
      onBack();
    }
  }

  async #tellDetails(jobId: string): Promise<void> {
    const { client, dispatch, options, state } = this.#world;
    const daemon = client();
    if (!daemon) return;
    const width = state().size.columns - 2;
    const lines = await options.details(daemon, { jobId, width });
    dispatch({ type: "details", jobId, lines: lines.map(toPlainText) });
  }

  async #stepRun(effect: ScreenEffect & { type: "step_run" }): Promise<void> {
    const { client, dispatch, options } = this.#world;
    const action = neighbourOf(options.logsDir, effect);
    dispatch(action);
    if (action.type !== "run_chosen" || action.run === undefined) return;
    const { run } = action;
    // Without a daemon nobody tells how it ended, and its output is there all the same.
    const reply = await client()?.request("get_job", { job: effect.jobId }).catch(() => undefined);
    const view = reply?.runs.find((each) => each.run === run);
    if (reply && view) dispatch({ type: "run_told", run, job: jobIn(reply.job, view) });
  }

  /** The last search is the one that counts. */
  async #search(effect: SearchEffect): Promise<void> {
    this.#searching.abort();
    const search = this.#searching = new AbortController();
    const found = await this.#world.feed.search(
      effect,
      AbortSignal.any([this.#world.signal, search.signal]),
    );
    if (search.signal.aborted) return;
    const { query, isBackward, target: { run } } = effect;
    if (found === undefined) {
      return this.#world.dispatch({ type: "note", text: `Nothing has "${query}"`, isError: true });
    }
    this.#world.dispatch({ type: "found", match: { ...found.line, run } });
    if (!found.hasWrapped) return;
    const where = isBackward ? "Searched on from the end" : "Searched on from the beginning";
    this.#world.dispatch({ type: "note", text: where, isError: false });
  }

  async #page(what: { jobId: string; run: number }): Promise<void> {
    const { dispatch, onBack, options } = this.#world;
    if (this.isAway) return;
    this.#isHandedOver = true;
    try {
      using _lent = await options.terminal.handOver();
      await options.page(what);
    } finally {
      this.#isHandedOver = false;
      onBack();
      dispatch({ type: "resize", size: options.terminal.size() });
    }
  }

  async #refresh(): Promise<void> {
    const reply = await this.#world.client()?.request("list", {}, { signal: this.#world.signal });
    if (reply) this.#world.dispatch({ type: "snapshot", jobs: reply.jobs, seq: reply.seq });
  }
}

/** What has a terminal put text into the clipboard: OSC 52. */
function toClipboard(text: string): string {
  return `\x1b]52;c;${encodeBase64(text)}\x07`;
}
