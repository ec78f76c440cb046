import { servingOf } from "../../protocol/serving.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { TuiState } from "../state.ts";
import { fitText, spreadText, textWidth } from "../../text/clean_text.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** The bar on top: whose jobs, how many of them are how, and whether the daemon is there. */
export function TitleBar({ state, layout, paint }: PanelProps) {
  const { width, height } = layout.title;
  if (layout.kind === "tiny") {
    const lines = ["imp", "too small", `${width}×${height}`];
    return (
      <Lines
        width={width}
        height={height}
        lines={lines.map((line) => fitText(line, width))}
      />
    );
  }
  const alarm = linkWords(state);
  const right = alarm === "" ? ` ${countWords(state)} ` : ` ${alarm} `;
  const left = spreadText(` imp  ${state.daemonId}`, "", Math.max(0, width - textWidth(right)));
  const style = state.jobs.some(({ job }) => hasFailed(job)) ? "alarm" : "inverse";
  const line = paint(style, left) + paint(alarm === "" ? style : "notice", right);
  return (
    <Lines
      width={width}
      height={1}
      lines={[textWidth(line) > width ? fitText(line, width) : line]}
    />
  );
}

function linkWords({ link, linkReason, size }: TuiState): string {
  if (link === "connected") return "";
  if (link === "connecting") return "connecting…";
  const reason = linkReason === "" || size.columns < 60 ? "" : `: ${linkReason}`;
  return `daemon gone${reason}, reconnecting…`;
}

/** `3 up · 1 starting · 1 waiting · 1 failed · 12 jobs`; the narrower the screen, the fewer of it. */
function countWords({ jobs, isLoaded, size }: TuiState): string {
  if (!isLoaded) return "";
  const count = (isIt: (job: JobView) => boolean) => jobs.filter(({ job }) => isIt(job)).length;
  const failed = count(hasFailed);
  const [starting, waiting] = [count(isStarting), count(isWaiting)];
  // What matters least comes first.
  const left = [
    { text: plural(jobs.length), place: 4 },
    { text: starting > 0 ? `${starting} starting` : "", place: 1 },
    { text: waiting > 0 ? `${waiting} waiting` : "", place: 2 },
    { text: failed > 0 ? `${failed} failed` : "", place: 3 },
    { text: `${count(isServing)} up`, place: 0 },
  ].filter(({ text }) => text !== "");
  for (;; left.shift()) {
    const words = left.toSorted((a, b) => a.place - b.place).map(({ text }) => text).join(" · ");
    if (left.length === 1 || words.length + MIN_LEFT <= size.columns) return words;
  }
}

/** As much of the project's name is always seen. */
const MIN_LEFT = 16;

/** Up is what does its work: a job that waits for its next start does not, nor does one that is not ready. */
function isServing(job: JobView): boolean {
  return job.status === "stopping" || servingOf(job) === "yes";
}

function isStarting(job: JobView): boolean {
  return job.status === "starting" || (job.status === "running" && !isServing(job));
}

function isWaiting({ status }: JobView): boolean {
  return status === "backoff";
}

function hasFailed({ status }: JobView): boolean {
  return status === "failed" || status === "lost";
}

function plural(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}
