import type { Layout } from "../layout.ts";
import type { TuiState } from "../state.ts";
import type { Paint } from "../paint.ts";

/** What every panel draws from. */
export interface PanelProps {
  readonly state: TuiState;
  readonly layout: Layout;
  readonly paint: Paint;
}
