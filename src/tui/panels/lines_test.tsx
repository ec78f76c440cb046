import { assertEquals } from "@std/assert";
import { Box } from "ink";
import { cleanup, render } from "ink-testing-library";
import { Lines } from "./lines.tsx";

Deno.test("Lines puts lines side by side, and what is missing stays empty", () => {
  const { lastFrame, rerender } = render(
    <Box>
      <Lines lines={["a", "日本"]} width={5} height={3} />
      <Lines lines={["|", "|", "|"]} width={1} height={3} />
    </Box>,
  );
  assertEquals(lastFrame(), "a    |\n日本 |\n     |");
  rerender(<Lines lines={["other"]} width={5} height={1} />);
  assertEquals(lastFrame(), "other");
  cleanup();
});

Deno.test("Lines is nothing where there is no room", () => {
  const { lastFrame } = render(<Lines lines={["a"]} width={0} height={1} />);
  assertEquals(lastFrame(), "");
  cleanup();
});
