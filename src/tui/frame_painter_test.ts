import { assertEquals } from "@std/assert";
import { FramePainter } from "./frame_painter.ts";

function show(text: string): string {
  return text.replaceAll("\x1b", "^");
}

Deno.test("FramePainter paints the first frame whole, and then only the rows that differ", () => {
  const painter = new FramePainter();
  assertEquals(
    show(painter.paint(["a", "b"])),
    "^[?2026h^[0m^[2J^[1;1H^[0m^[Ka^[0m^[2;1H^[0m^[Kb^[0m^[?2026l",
  );
  assertEquals(painter.paint(["a", "b"]), "");
  assertEquals(show(painter.paint(["a", "c"])), "^[?2026h^[2;1H^[0m^[Kc^[0m^[?2026l");
});

Deno.test("FramePainter paints everything after forget() and after a change of height", () => {
  const painter = new FramePainter();
  const whole = painter.paint(["a", "b"]);
  painter.forget();
  assertEquals(painter.paint(["a", "b"]), whole);
  assertEquals(show(painter.paint(["a"])), "^[?2026h^[0m^[2J^[1;1H^[0m^[Ka^[0m^[?2026l");
});
