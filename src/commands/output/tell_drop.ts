import { toIsoTime } from "../../base/clock.ts";
import { describeDrop, type Drop } from "../../logs/drops.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import type { PlacedOutput } from "./cut_output.ts";

/** Says beside the bytes of a stream which of them are in no file. */
export function tellDrop(drop: Drop, stream: StreamName, output: PlacedOutput): Promise<void> {
  const { bytes, reason, timeMs } = drop;
  const fields = { notice: "dropped", time: toIsoTime(timeMs), bytes, reason };
  return output.tell(stream, describeDrop(drop, stream), fields);
}
