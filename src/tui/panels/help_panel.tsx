import { helpLines } from "../keys.ts";
import { fitText } from "../../text/clean_text.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** All keys, in the place of list and output. */
export function HelpPanel({ state, layout, paint }: PanelProps) {
  const { width } = layout.title;
  const height = state.size.rows - 2;
  if (state.mode.kind !== "help") return null;
  const lines = helpLines(width - 1).slice(state.mode.top, state.mode.top + height);
  const shown = lines.map((line) =>
    /^\S/.test(line)
      ? paint("bold", ` ${fitText(line, width - 1)}`)
      : ` ${fitText(line, width - 1)}`
  );
  return <Lines width={width} height={height} lines={shown} />;
}
