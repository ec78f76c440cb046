import { clipText } from "../../text/clean_text.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** All about a job, in the place of list and output. */
export function DetailsPanel({ state, layout }: PanelProps) {
  const { mode, size } = state;
  const { width } = layout.title;
  if (mode.kind !== "details") return null;
  const height = size.rows - 2;
  const lines = mode.lines?.slice(mode.top, mode.top + height) ?? ["…"];
  return (
    <Lines
      width={width}
      height={height}
      lines={lines.map((line) => clipText(` ${line}`, width))}
    />
  );
}
