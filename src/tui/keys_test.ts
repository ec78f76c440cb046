import { assert, assertEquals } from "@std/assert";
import { commandOf, footerHints, helpLines, KEY_BINDINGS } from "./keys.ts";
import { textWidth } from "../text/clean_text.ts";

const FOCUSES = ["list", "output"] as const;

Deno.test("KEY_BINDINGS gives every key one meaning in the list, and one in the output", () => {
  for (const focus of FOCUSES) {
    const keys = KEY_BINDINGS.filter((binding) => (binding.focus ?? focus) === focus)
      .flatMap((binding) => binding.keys);
    assertEquals(keys.length, new Set(keys).size);
  }
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
    "n",
    "N",
    "t",
    "o",
    "[",
    "]",
    "i",
    "a",
    "e",
    "R",
    "y",
    "p",
  ];
  for (const focus of FOCUSES) {
    assertEquals(promised.filter((key) => commandOf(key, focus) === undefined), []);
    assertEquals(commandOf("ctrl+c", focus), "quit");
    assertEquals(commandOf("toString", focus), undefined);
  }
  assertEquals(FOCUSES.map((focus) => commandOf("/", focus)), ["filter", "search"]);
  assertEquals(FOCUSES.map((focus) => commandOf("n", focus)), ["new", "next"]);
  assertEquals(FOCUSES.map((focus) => commandOf(" ", focus)), ["mark", undefined]);
});

Deno.test("footerHints() fits, and always has help and quit", () => {
  for (let width = 24; width <= 200; width++) {
    const hints = footerHints({ width, focus: "output", words: {} });
    const line = hints.map(({ key, what }) => ` ${key} ${what} `).join("");
    assert(textWidth(line) <= width, `${width}: ${line}`);
    assertEquals(hints.slice(-2).map(({ key }) => key), ["?", "q"]);
  }
});

Deno.test("footerHints() says what the key would do now", () => {
  const hints = footerHints({ width: 80, focus: "list", words: { start_stop: "stop" } });
  assertEquals(hints[0], { key: "s", what: "stop", command: "start_stop" });
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
