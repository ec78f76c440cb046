import type { Clock } from "../base/clock.ts";
import type { DaemonClient } from "../client/client.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { AttachedJob } from "./attached_job.ts";
import type { TuiTerminal } from "./tui_terminal.ts";

/** Options of `runTui()`. */
export interface TuiOptions {
  readonly daemonId: string;
  /** Where the output of jobs is. */
  readonly logsDir: string;
  readonly color: boolean;
  readonly clock: Clock;
  /** Ends the screen at any time. */
  readonly signal: AbortSignal;
  /** The terminal, taken over already; whoever opened it gives it back. */
  readonly terminal: TuiTerminal;
  /** The first connection, and how to get the next one; see client/redial.ts. */
  readonly first: DaemonClient;
  readonly connect: (how: { mayStart: boolean }) => Promise<DaemonClient>;
  /** Makes what shows the terminal of a job on ours, and knows what is typed from `type()` alone. */
  readonly attach: (client: DaemonClient, job: JobView) => AttachedJob;
  /** All about a job, as lines for a screen of this width. */
  readonly details: (
    client: DaemonClient,
    options: { readonly jobId: string; readonly width: number },
  ) => Promise<string[]>;
  /** What `imp` does with these words and a line behind them; resolves with what it says. */
  readonly call: (
    client: DaemonClient,
    command: { readonly words: readonly string[]; readonly line: string },
  ) => Promise<string>;
  /** Shows a run in the user's pager, on our terminal, until that is left. */
  readonly page: (what: { readonly jobId: string; readonly run: number }) => Promise<void>;
}
