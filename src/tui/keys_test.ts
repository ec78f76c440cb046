import { assert, assertEquals } from "@std/assert";
import { commandOf, footerHints, helpLines, KEY_BINDINGS } from "./keys.ts";
import { textWidth } from "../text/clean_text.ts";

Deno.test("KEY_BINDINGS gives every key one meaning", () => {
  const keys = KEY_BINDINGS.flatMap((binding) => binding.keys);
  assertEquals(keys.length, new Set(keys).size);
});

Deno.test("commandOf() knows the keys that DESIGN.md promises", () => {
  const promised = [
    "up",
    "down",
    "j",
    "k",
    "enter",
    "s",
    "r",
    "d",
    "x",
    "/",
    "g",
    "G",
    "f",
    "w",
    "?",
    "q",
  ];
  assertEquals(promised.filter((key) => commandOf(key) === undefined), []);
  assertEquals(commandOf("ctrl+c"), "quit");
  assertEquals(commandOf("toString"), undefined);
});

Deno.test("footerHints() fits, and always has help and quit", () => {
  for (let width = 24; width <= 200; width++) {
    const hints = footerHints(width, {});
    const line = hints.map(({ key, what }) => ` ${key} ${what} `).join("");
    assert(textWidth(line) <= width, `${width}: ${line}`);
    assertEquals(hints.slice(-2).map(({ key }) => key), ["?", "q"]);
  }
});

Deno.test("footerHints() says what the key would do now", () => {
  const hints = footerHints(80, { start_stop: "stop" });
  assertEquals(hints[0], { key: "s", what: "stop" });
});

Deno.test("helpLines() tells of every key, in two columns where there is room", () => {
  for (const width of [60, 80, 120, 200]) {
    const lines = helpLines(width);
    const text = lines.join("\n");
    assertEquals(KEY_BINDINGS.filter(({ what }) => !text.includes(what)), []);
    assert(lines.every((line) => textWidth(line) <= width), `${width}`);
  }
  assert(helpLines(120).length < helpLines(60).length);
});
