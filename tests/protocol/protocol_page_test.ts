/** PROTOCOL.md names what there is, no less and no more. */
import { assert, assertEquals } from "@std/assert";
import { describeSettings } from "../../src/config/describe_settings.ts";
import { DEFAULT_SETTINGS } from "../../src/config/settings.ts";
import type * as z from "zod/mini";
import { ErrorBody, ErrorMessage } from "../../src/protocol/error_reply.ts";
import { EventName, ImpEvent } from "../../src/protocol/event.ts";
import { FrameKind } from "../../src/protocol/frame.ts";
import { Hello } from "../../src/protocol/hello.ts";
import { JobStatus, JobView, RunView } from "../../src/protocol/job_view.ts";
import {
  EventMessage,
  ExitMessage,
  ReplyMessage,
  RequestMessage,
} from "../../src/protocol/message.ts";
import { JobSpec, LeftProcessView, REQUESTS, Survivor } from "../../src/protocol/request.ts";
import type { RequestName } from "../../src/protocol/request_traits.ts";
import { Counters, DaemonView, ExecView, StatusSnapshot } from "../../src/protocol/snapshot.ts";
import { declareTypes, type NamedSchemas } from "../support/protocol_types.ts";

const FILE = new URL("../../src/protocol/PROTOCOL.md", import.meta.url);
const PAGE = Deno.readTextFileSync(FILE);

/** What a client in another language is written from, in the order of the page. */
const TYPES: NamedSchemas = new Map<z.ZodMiniType, string>([
  [Hello, "Hello"],
  [RequestMessage, "Request"],
  [ReplyMessage, "Reply"],
  [ErrorBody, "ErrorBody"],
  [ErrorMessage, "ErrorMessage"],
  [EventMessage, "EventMessage"],
  [ExitMessage, "Exit"],
  [ImpEvent, "Event"],
  [EventName, "EventName"],
  [JobView, "Job"],
  [JobStatus, "JobStatus"],
  [RunView, "Run"],
  [LeftProcessView, "LeftProcess"],
  [Survivor, "Survivor"],
  [StatusSnapshot, "Snapshot"],
  [DaemonView, "Daemon"],
  [ExecView, "Exec"],
  [Counters, "Counters"],
  [JobSpec, "JobSpec"],
]);

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

Deno.test("PROTOCOL.md has the payload and the reply of every request, and every type in full", () => {
  const requests = Object.entries(REQUESTS).flatMap(([name, { payload, reply }]) => [
    [`${toTypeName(name)}Payload`, payload] as const,
    [`${toTypeName(name)}Reply`, reply] as const,
  ]);
  const text = `${declareTypes(TYPES, requests)}\n`;
  const start = PAGE.indexOf("```\n", PAGE.indexOf("\n## Types\n")) + 4;
  const end = PAGE.indexOf("```\n", start);
  if (Deno.env.get("IMP_GOLDEN") === "update") {
    return Deno.writeTextFileSync(FILE, PAGE.slice(0, start) + text + PAGE.slice(end));
  }
  assertEquals(PAGE.slice(start, end), text, "IMP_GOLDEN=update writes it anew");
});

Deno.test("PROTOCOL.md names the fields of every payload in its table", () => {
  for (const cells of rowsOf("request")) {
    for (const name of codeIn(cells[0]!) as RequestName[]) {
      const named = codeIn(cells[1]!).join(" ").match(/\w+/g) ?? [];
      const fields = Object.keys(REQUESTS[name].payload.def.shape);
      assertEquals([...named].sort(), fields.sort(), name);
    }
  }
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

function toTypeName(name: string): string {
  return name.split("_").map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
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
