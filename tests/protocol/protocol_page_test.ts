/** PROTOCOL.md names what there is, no less and no more. */
import { assert, assertEquals } from "@std/assert";
import type * as z from "zod/mini";
import { describeSettings } from "../../src/config/describe_settings.ts";
import { DEFAULT_SETTINGS } from "../../src/config/settings.ts";
import { EventName } from "../../src/protocol/event.ts";
import { FrameKind } from "../../src/protocol/frame.ts";
import { Hello } from "../../src/protocol/hello.ts";
import { PAYLOADS } from "../../src/protocol/payload.ts";
import { REPLIES } from "../../src/protocol/reply.ts";
import {
  REQUEST_TRAITS,
  type RequestName,
  type RequestTraits,
} from "../../src/protocol/request_traits.ts";
import { REQUEST_TYPES, TYPE_NAMES } from "../support/protocol_names.ts";
import { declareTypes } from "../support/protocol_types.ts";

const FILE = new URL("../../src/protocol/PROTOCOL.md", import.meta.url);
const PAGE = Deno.readTextFileSync(FILE);

Deno.test("PROTOCOL.md has every request", () => {
  const names = firstCells("request").flatMap((cell) => codeIn(cell));
  assertEquals(names.toSorted(), Object.keys(REQUEST_TRAITS).toSorted());
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

Deno.test("PROTOCOL.md has the payload and the reply of every request, and every type in full", () => {
  assertMade(["\n```\n", "\n```\n"], declareTypes(TYPE_NAMES, REQUEST_TYPES), "\n## Types\n");
});

Deno.test("PROTOCOL.md has a table of what each request carries, made from the schemas", () => {
  assertMade(
    ["<!-- made from the schemas -->\n\n", "\n<!-- end of what is made -->"],
    requestTable(),
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

/** Fails unless `text` stands between the two marks, the first of them behind `heading`. */
function assertMade([begin, end]: [string, string], text: string, heading = ""): void {
  const page = Deno.readTextFileSync(FILE);
  const start = page.indexOf(begin, page.indexOf(heading)) + begin.length;
  const stop = page.indexOf(end, start - 1);
  if (Deno.env.get("IMP_GOLDEN") === "update") {
    return Deno.writeTextFileSync(FILE, page.slice(0, start) + text + page.slice(stop));
  }
  assertEquals(page.slice(start, stop), text, "IMP_GOLDEN=update writes it anew");
}

/** A row for each request, as `deno fmt` sets it. */
function requestTable(): string {
  const rows = (Object.keys(REQUEST_TRAITS) as RequestName[]).map((name) => {
    const { nature, isFrozen }: RequestTraits = REQUEST_TRAITS[name];
    return [
      code(name),
      isFrozen ? `${nature}; frozen` : nature,
      fieldsOf(PAYLOADS[name]),
      fieldsOf(REPLIES[name]),
    ];
  });
  const table = [["name", "nature", "payload", "reply"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const [head, ...body] = table.map((row) => row.map((cell, at) => cell.padEnd(widths[at]!)));
  const rule = widths.map((width) => "-".repeat(width));
  return [head!, rule, ...body].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function fieldsOf(schema: z.ZodMiniType): string {
  const { shape } = schema.def as unknown as { shape: Record<string, z.ZodMiniType> };
  const fields = Object.entries(shape).map(([name, { def }]) =>
    (def as { type: string }).type === "optional" ? `${name}?` : name
  );
  return fields.length === 0 ? "–" : code(fields.join(" "));
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The first cell of each row of the table whose first heading is `heading`. */
function firstCells(heading: string): string[] {
  return rowsOf(heading).map(([first]) => first!);
}

/** The cells of each row of the table whose first heading is `heading`. */
function rowsOf(heading: string): string[][] {
  const lines = PAGE.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  assert(start >= 0, `PROTOCOL.md has no table of ${heading}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line.slice(2).split(" | ").map((cell) => cell.trim())
  );
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
}

/** `1,000` and `1 MiB` without what is for people. */
function bare(value: string): string {
  return value.replace(/[ ,]/g, "");
}
