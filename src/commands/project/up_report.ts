import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { lastWords, MOST_LAST_WORDS } from "../following/last_words.ts";
import { paint } from "../output/style.ts";
import { type Goal, type GoalState, hasBegun } from "./up_goals.ts";
import type { UpListener } from "./watch_up.ts";
import { formatAwaited, formatStatus } from "../../view/status_words.ts";

/** Nobody compares what takes longer by less. */
const STEP_MS = 100;

/** Tells people what becomes of the jobs of an `up`: a line for each as it happens. */
export class UpReport implements UpListener {
  readonly #ctx: CommandContext;
  readonly #startedAtMs: number;

  constructor(ctx: CommandContext) {
    this.#ctx = ctx;
    this.#startedAtMs = ctx.clock.now();
  }

  async onState(goal: Goal, state: GoalState, before: GoalState | undefined): Promise<void> {
    const job = goal.job!;
    const isBegun = ["start", "restart"].includes(goal.applied.action);
    const isNews = isBegun || before !== undefined;
    const name = escapeLabel(goal.applied.name);
    // Of one that was up before nobody has waited for so long.
    const took = isBegun ? this.#took(job) : "";
    if (state === "ready" && isNews) await this.#tell(`${name} ready${took}${urlsOf(job)}`);
    else if (state === "done" && isNews) {
      await this.#tell(`${name} done${took}`);
    } else if (state === "failed") await this.#tellFailed(name, goal);
    else if (state === "stuck") {
      await this.#complain(`${name} waits for ${formatAwaited(job.waiting_for!)}`);
    }
  }

  async #tellFailed(name: string, goal: Goal): Promise<void> {
    const job = goal.job!;
    const why = isUp(job.status) ? job.unready_reason ?? null : job.reason;
    const reason = why === null ? "" : `: ${escapeLabel(why)}`;
    const words = hasBegun(goal) ? await lastWords(this.#ctx, job) : [];
    const lines = words.length === 0
      ? ""
      : words.length < MOST_LAST_WORDS
      ? "; it said:"
      : "; its last lines:";
    await this.#complain(`${name} ${formatStatus(job)}${reason}${lines}`);
    if (words.length > 0) {
      await this.#ctx.stderr.write(`${words.map((line) => `  ${line}`).join("\n")}\n`);
    }
  }

  /** How long it has taken since it was started, or since the command was typed. */
  #took({ started_at, ready_at = null, finished_at }: JobView): string {
    const from = started_at === null ? this.#startedAtMs : Date.parse(started_at);
    const end = ready_at ?? finished_at;
    const to = end === null ? this.#ctx.clock.now() : Date.parse(end);
    const ms = Math.max(0, to - from);
    return ` in ${formatDuration(ms < STEP_MS ? ms : Math.round(ms / STEP_MS) * STEP_MS)}`;
  }

  async #tell(text: string): Promise<void> {
    const { stdout, quiet, color } = this.#ctx;
    if (!quiet) await stdout.write(`${paint(text, "good", color)}\n`);
  }

  async #complain(text: string): Promise<void> {
    await this.#ctx.stderr.write(
      `${paint(`imp: ${text}`, "bad", this.#ctx.stderr.isTerminal && this.#ctx.color)}\n`,
    );
  }
}

/** Where a browser finds it, and where it would be if others were not. */
function urlsOf({ ports_declared = [] }: JobView): string {
  const urls = ports_declared.flatMap(({ url }) => url ?? []);
  const missed = ports_declared.flatMap(({ moved_from }) => moved_from ?? []);
  const why = missed.length === 0 ? "" : ` (others hold ${missed.join(" and ")})`;
  return urls.length === 0 ? why : `: ${urls.join(" ")}${why}`;
}
