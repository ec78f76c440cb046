import { isUp } from "../../protocol/job_status.ts";
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
  const line = paint("inverse", left) + paint(alarm === "" ? "inverse" : "notice", right);
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

/** `3 up · 1 failed · 12 jobs` */
function countWords({ jobs, isLoaded }: TuiState): string {
  if (!isLoaded) return "";
  const up = jobs.filter(({ job }) => isUp(job.status)).length;
  const failed = jobs.filter(({ job }) => job.status === "failed" || job.status === "lost").length;
  const words = [`${up} up`, failed > 0 ? `${failed} failed` : "", plural(jobs.length)];
  return words.filter((word) => word !== "").join(" · ");
}

function plural(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}
