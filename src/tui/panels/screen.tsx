import { Box } from "ink";
import { DIVIDER_WIDTH } from "../layout.ts";
import { layoutOf, type TuiState } from "../state.ts";
import type { Paint } from "../paint.ts";
import { DetailsPanel } from "./details_panel.tsx";
import { Footer } from "./footer.tsx";
import { HelpPanel } from "./help_panel.tsx";
import { Lines } from "./lines.tsx";
import { ListPanel } from "./list_panel.tsx";
import { OutputPanel } from "./output_panel.tsx";
import { TitleBar } from "./title_bar.tsx";

/** The whole screen, drawn from the state alone. */
export function Screen({ state, paint }: { readonly state: TuiState; readonly paint: Paint }) {
  const layout = layoutOf(state);
  const props = { state, layout, paint };
  const { columns, rows } = state.size;
  const isBeside = layout.kind === "beside";
  const divider = Array<string>(layout.output.height).fill(paint("dim", "│"));
  const isHelp = state.mode.kind === "help" && layout.kind !== "tiny";
  const isDetails = state.mode.kind === "details" && layout.kind !== "tiny";
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <TitleBar {...props} />
      {isHelp
        ? <HelpPanel {...props} />
        : isDetails
        ? <DetailsPanel {...props} />
        : (
          <Box flexDirection={isBeside ? "row" : "column"}>
            <ListPanel {...props} />
            {isBeside && <Lines width={DIVIDER_WIDTH} height={divider.length} lines={divider} />}
            <OutputPanel {...props} />
          </Box>
        )}
      <Footer {...props} />
    </Box>
  );
}
