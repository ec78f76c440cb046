import { assertEquals } from "@std/assert";
import { encodeStyle, PLAIN_STYLE } from "../../text/sgr_style.ts";
import { toSpans } from "./styled_spans.ts";

const styled = (style: Partial<typeof PLAIN_STYLE>, text: string) =>
  encodeStyle({ ...PLAIN_STYLE, ...style }) + text;

Deno.test("toSpans() makes classes of the sixteen colours, and colours of all others", () => {
  assertEquals(toSpans(""), []);
  const look = (style: Partial<typeof PLAIN_STYLE>) => {
    const { text: _, ...rest } = toSpans(styled(style, "x"))[0]!;
    return rest;
  };
  assertEquals(look({ foreground: "31", background: "44" }), { classes: "f1 b4" });
  assertEquals(look({ foreground: "97" }), { classes: "f15" });
  assertEquals(look({ background: "100", attributes: [1, 4] }), { classes: "a1 a4 b8" });
  assertEquals(look({ foreground: "38;5;9" }), { classes: "f9" });
  assertEquals(look({ foreground: "38;5;208" }), { classes: "", color: "rgb(255 135 0)" });
  assertEquals(look({ background: "48;5;255" }), { classes: "", background: "rgb(238 238 238)" });
  assertEquals(look({ foreground: "38;2;1;2;3" }), { classes: "", color: "rgb(1 2 3)" });
});

Deno.test("toSpans() begins a text with each style", () => {
  const line = `a${styled({ foreground: "32" }, "b")}\x1b[0mc`;
  assertEquals(toSpans(line).map(({ text, classes }) => [text, classes]), [
    ...[["a", ""], ["b", "f2"], ["c", ""]],
  ]);
});
