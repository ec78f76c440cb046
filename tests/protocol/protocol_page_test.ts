/** PROTOCOL.md names what there is, no less and no more. */
import { assert, assertEquals } from "@std/assert";
import { describeSettings } from "../../src/config/describe_settings.ts";
import { DEFAULT_SETTINGS } from "../../src/config/settings.ts";
import { EventName } from "../../src/protocol/event.ts";
import { FrameKind } from "../../src/protocol/frame.ts";
import { Hello } from "../../src/protocol/hello.ts";
import { REQUESTS } from "../../src/protocol/request.ts";

const PAGE = Deno.readTextFileSync(new URL("../../src/protocol/PROTOCOL.md", import.meta.url));

Deno.test("PROTOCOL.md has every request", () => {
  const names = firstCells("request").flatMap((cell) => codeIn(cell));
  assertEquals(names.toSorted(), Object.keys(REQUESTS).toSorted());
});

Deno.test("PROTOCOL.md has every event", () => {
  const names = /^## Events\n[^]*?Names:\s+`([^`]+)`/m.exec(PAGE)?.[1]?.split(/\s+/) ?? [];
  assertEquals(names.toSorted(), [...EventName.options].toSorted());
});

Deno.test("PROTOCOL.md has every kind of frame", () => {
  const kinds = firstCells("kind").map((cell) => cell.split(" "));
  assertEquals(
    Object.fromEntries(kinds.map(([number, name]) => [name, Number(number)])),
    FrameKind,
  );
});

Deno.test("PROTOCOL.md shows a hello that is one", () => {
  const example = /```json\n(\{\n[^]*?"hello"[^]*?\n\})\n```/.exec(PAGE)?.[1];
  assert(example);
  const hello = JSON.parse(example);
  assertEquals(Hello.parse(hello), hello);
});

Deno.test("PROTOCOL.md names limits as the settings have them", () => {
  const shown = describeSettings({ settings: DEFAULT_SETTINGS, sources: new Map() });
  for (const cell of firstCells("setting")) {
    const values = /\((.*)\)/.exec(cell)![1]!.split(/, /);
    for (const [index, name] of codeIn(cell).entries()) {
      const setting = shown.find((each) => each.name === name);
      assertEquals(bare(String(setting?.value)), bare(values[index] ?? ""), name);
    }
  }
});

/** The first cell of each row of the table whose first heading is `heading`. */
function firstCells(heading: string): string[] {
  const lines = PAGE.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  assert(start >= 0, `PROTOCOL.md has no table of ${heading}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) => line.split(" | ")[0]!.slice(2).trim());
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
}

/** `1,000` and `1 MiB` without what is for people. */
function bare(value: string): string {
  return value.replace(/[ ,]/g, "");
}
