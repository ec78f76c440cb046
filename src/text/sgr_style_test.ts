// deno-lint-ignore-file no-control-regex
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { applySgr, encodeStyle, isSameStyle, PLAIN_STYLE } from "./sgr_style.ts";

/** The style after these sequences, as what would switch to it. */
function after(...parameters: string[]): string {
  return encodeStyle(parameters.reduce(applySgr, PLAIN_STYLE)).replaceAll("\x1b", "^");
}

Deno.test("applySgr() knows attributes, colours and what ends them", () => {
  assertEquals(after("1", "31"), "^[0m^[1m^[31m");
  assertEquals(after("31;1;4", "22"), "^[0m^[4m^[31m");
  assertEquals(after("31;44", "39"), "^[0m^[44m");
  assertEquals(after("91;107", "49"), "^[0m^[91m");
  assertEquals(after("1;2;3;4;7;9;31;42", ""), "^[0m");
  assertEquals(after("4:3"), "^[0m^[4m");
  assertEquals(after("4", "4:0"), "^[0m");
});

Deno.test("applySgr() reads all forms of palette and direct colours", () => {
  assertEquals(after("38;5;208"), "^[0m^[38;5;208m");
  assertEquals(after("48;2;1;2;3"), "^[0m^[48;2;1;2;3m");
  assertEquals(after("38:5:208"), "^[0m^[38;5;208m");
  assertEquals(after("38:2::1:2:3"), "^[0m^[38;2;1;2;3m");
  assertEquals(after("38:2:1:2:3"), "^[0m^[38;2;1;2;3m");
  assertEquals(after("38;5;208;1"), "^[0m^[1m^[38;5;208m");
});

Deno.test("applySgr() leaves out what it does not know", () => {
  assertEquals(after("5;8;53;58;5;1;31"), "^[0m^[31m");
  assertEquals(after("38;5;999"), "^[0m");
  assertEquals(after("38;7;31"), "^[0m^[7m^[31m");
  assertEquals(after("38"), "^[0m");
  assertEquals(after("48;2;1;2"), "^[0m");
});

Deno.test("encodeStyle() writes what applySgr() reads, for any parameters", () => {
  const parameters = fc.stringMatching(/^[\d;:]{0,24}$/);
  fc.assert(fc.property(fc.array(parameters, { maxLength: 6 }), (list) => {
    const style = list.reduce(applySgr, PLAIN_STYLE);
    const codes = encodeStyle(style).matchAll(/\x1b\[([\d;]*)m/g);
    const again = [...codes].map((match) => match[1]!).reduce(applySgr, PLAIN_STYLE);
    assertEquals(isSameStyle(again, style), true);
  }));
});
