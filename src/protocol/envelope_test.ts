import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  readErrorMessage,
  readEvent,
  readExit,
  readHello,
  readReply,
  readRequest,
} from "./envelope.ts";
import { ErrorMessage } from "./error_reply.ts";
import { Hello } from "./hello.ts";
import { EventMessage, ExitMessage, ReplyMessage, RequestMessage } from "./message.ts";

/** What a client reads, and the schema of the same message. */
const READERS = [
  [readHello, Hello],
  [readErrorMessage, ErrorMessage],
  [readReply, ReplyMessage],
  [readRequest, RequestMessage],
  [readEvent, EventMessage],
  [readExit, ExitMessage],
] as const;

const GOOD: readonly Readonly<Record<string, unknown>>[] = [
  {
    type: "hello",
    protocol: 1,
    version: "1",
    build: "b",
    daemon_id: "d",
    pid: 1,
    capabilities: ["exec"],
  },
  { type: "error", error: { code: "a.b", message: "m", hint: "h" } },
  { id: 1, ok: true, data: {} },
  { id: 1, ok: false, error: { code: "a.b", message: "m" } },
  { id: 1, type: "ping", payload: {} },
  {
    type: "event",
    subscription: 1,
    event: { event: "job_added", seq: 1, time: "t", job_id: "a", data: {} },
  },
  { type: "exit", code: null, signal: "SIGKILL" },
];

Deno.test("envelope: a client reads every message as the schemas have it, and nothing else", () => {
  for (const message of GOOD) {
    for (const [read, schema] of READERS) {
      const isOne = schema.safeParse(message).success;
      assertEquals(read(message), isOne ? message : undefined);
    }
  }
});

Deno.test("envelope: what misses a field or has another kind of one is refused, as by the schemas", () => {
  const junk = fc.constantFrom(undefined, null, 0, "x", true, [], {}, 1e400);
  const property = fc.property(fc.constantFrom(...GOOD), fc.nat(10), junk, (message, at, value) => {
    const keys = Object.keys(message);
    const changed = { ...message, [keys[at % keys.length]!]: value };
    for (const [read, schema] of READERS) {
      if (read(changed) === undefined) continue;
      // A word that is new is tolerated: that is the one difference.
      const isOne = schema.safeParse(changed).success;
      assert(isOne || value === "x" || keys[at % keys.length] === "capabilities", `${schema}`);
    }
  });
  fc.assert(property, { numRuns: 2_000 });
});

Deno.test("F9 envelope: more fields and new words are passed on as they came", () => {
  const event = { ...GOOD[5]!.event as object, event: "job_teleported", to: "moon" };
  const message = { ...GOOD[5], event, later: 1 };
  assertEquals(readEvent(message) as unknown, message);
  const hello = { ...GOOD[0], state_dir: "/s" };
  assertEquals(readHello(hello) as unknown, hello);
});
