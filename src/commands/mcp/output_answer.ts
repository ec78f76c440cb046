import type { ToolAnswer } from "../../mcp/tool_box.ts";
import type { OutputRead } from "./output_reading.ts";

/** What there is to say of a job beside its output. */
export interface OutputSubject {
  /** What has become of it; nothing where only output is asked for. */
  readonly head: readonly string[];
  readonly notes?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An answer with output: what has become of the job, what it printed, and from where it goes on. */
export function toOutputAnswer(
  { head, notes = "", data }: OutputSubject,
  { text, cursor, omitted, gap }: OutputRead,
): ToolAnswer {
  const lines = [
    ...head,
    ...notes === "" ? [] : [notes],
    ...gap === undefined ? [] : [gap],
    ...text === "" ? [] : [text],
    `next_cursor: ${cursor}`,
  ];
  return {
    text: lines.join("\n"),
    data: {
      ...data,
      ...notes !== "" && { notes },
      text,
      ...omitted !== undefined && { omitted },
      ...gap !== undefined && { gap },
      next_cursor: cursor,
    },
  };
}
