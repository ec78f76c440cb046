/** Whatever comes over the wire: frames or an AppError, messages or a refusal; nothing else, and memory for no more. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../../src/base/app_error.ts";
import { ErrorMessage } from "../../src/protocol/error_reply.ts";
import { ImpEvent } from "../../src/protocol/event.ts";
import {
  decodeControl,
  encodeControl,
  encodeFrame,
  type Frame,
  FrameDecoder,
  type FrameKind,
} from "../../src/protocol/frame.ts";
import { Hello } from "../../src/protocol/hello.ts";
import { jobOf } from "../../src/protocol/job_of_event.ts";
import { JobView } from "../../src/protocol/job_view.ts";
import {
  EventMessage,
  ExitMessage,
  ReplyMessage,
  RequestMessage,
} from "../../src/protocol/message.ts";
import { PAYLOADS } from "../../src/protocol/payload.ts";
import { EventSnapshot, REPLIES } from "../../src/protocol/reply.ts";
import { StatusSnapshot } from "../../src/protocol/snapshot.ts";

/** Together more than 100,000 cases. */
const BYTE_CASES = 40_000;
const FRAME_CASES = 20_000;
const MESSAGE_CASES = 45_000;

const LIMIT = 64;

/** What a hostile peer would try: lengths around the limit, real frames, noise. */
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.tuple(fc.constantFrom(0, 1, 2, LIMIT - 1, LIMIT, LIMIT + 1, 2 ** 31, 2 ** 32 - 1), fc.nat(6))
    .map(([length, kind]) => {
      const bytes = new Uint8Array(5);
      new DataView(bytes.buffer).setUint32(0, length);
      bytes[4] = kind;
      return bytes;
    }),
  fc.jsonValue({ maxDepth: 2 }).map((value) => encodeControl(value) as Uint8Array),
);

Deno.test("F26 F28 FrameDecoder makes frames of any bytes or refuses them, and never holds more than its limit", () => {
  const property = fc.property(fc.array(noise, { maxLength: 8 }), (chunks) => {
    const decoder = new FrameDecoder(LIMIT);
    let [taken, given] = [0, 0];
    try {
      for (const chunk of chunks) {
        taken += chunk.length;
        for (const frame of decoder.push(chunk)) given += assertFrame(frame);
      }
      const held = taken - given;
      assert(held >= 0 && held < LIMIT + 4, `${held} bytes are held`);
      assertEquals(decoder.isAtBoundary, held === 0);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      assert(/^protocol\.(malformed|frame_too_large)$/.test(error.code), error.code);
    }
  });
  fc.assert(property, { numRuns: BYTE_CASES });
});

/** How many bytes of the stream the frame was. */
function assertFrame({ kind, body }: Frame): number {
  assert(kind >= 1 && kind <= 4);
  assert(body.length < LIMIT);
  return body.length + 5;
}

Deno.test("F27 FrameDecoder gives back what was encoded, however it was cut", () => {
  const frame = fc.record({
    kind: fc.constantFrom<FrameKind>(1, 2, 3, 4),
    body: fc.uint8Array({ maxLength: 30 }),
  });
  const cuts = fc.array(fc.nat(40), { maxLength: 20 });
  const property = fc.property(fc.array(frame, { maxLength: 6 }), cuts, (frames, cuts) => {
    const stream = frames.flatMap(({ kind, body }) => [...encodeFrame(kind, body)]);
    const decoder = new FrameDecoder();
    const seen: Frame[] = [];
    for (const cut of [...cuts, stream.length]) {
      seen.push(...decoder.push(Uint8Array.from(stream.splice(0, cut))));
    }
    assertEquals(seen.map(({ kind, body }) => [kind, ...body]), [
      ...frames.map(({ kind, body }) => [kind, ...body]),
    ]);
    assert(decoder.isAtBoundary);
  });
  fc.assert(property, { numRuns: FRAME_CASES });
});

Deno.test("FrameDecoder passes output on in pieces that add up to what was encoded", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 6 });
  const property = fc.property(bodies, fc.array(fc.nat(40), { maxLength: 20 }), (bodies, cuts) => {
    const stream = bodies.flatMap((body) => [...encodeFrame(2, body)]);
    const decoder = new FrameDecoder();
    decoder.passesBytes = true;
    const seen: number[] = [];
    for (const cut of [...cuts, stream.length]) {
      for (const { body } of decoder.push(Uint8Array.from(stream.splice(0, cut)))) {
        seen.push(...body);
      }
    }
    assertEquals(seen, bodies.flatMap((body) => [...body]));
  });
  fc.assert(property, { numRuns: 5_000 });
});

Deno.test("F28 decodeControl() gives a JSON value or refuses", () => {
  const property = fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    try {
      decodeControl(bytes);
    } catch (error) {
      assert(error instanceof AppError && error.code === "protocol.malformed");
    }
  });
  fc.assert(property, { numRuns: 10_000 });
  assertEquals(decodeControl(new TextEncoder().encode('{"__proto__":{"x":1}}')), {
    ["__proto__"]: { x: 1 },
  });
});

interface Schema {
  safeParse(value: unknown): { success: boolean; data?: unknown };
}

const SCHEMAS: readonly Schema[] = [
  ...[Hello, RequestMessage, ReplyMessage, EventMessage, ExitMessage, ErrorMessage],
  ...[ImpEvent, EventSnapshot, JobView, StatusSnapshot],
  ...Object.values(PAYLOADS),
  ...Object.values(REPLIES),
];

/** The words of the protocol, so that not everything fails at the first field. */
const word = fc.constantFrom(
  ...["id", "type", "payload", "ok", "data", "error", "code", "message", "event", "seq", "time"],
  ...["job_id", "jobs", "job", "all", "command", "workdir", "env", "umask", "name", "restart"],
  ...["mode", "for", "signal", "since", "types", "subscription", "hello", "ping", "exit"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", ""],
);

const leaf = fc.oneof(
  word,
  fc.string({ maxLength: 8, unit: "binary" }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, [], {}, 0, -0, 1e308, "\0", "\ud800"),
);

const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    leaf,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.array(fc.tuple(word, tie("node")), { maxLength: 6 }).map(toObject),
  ),
})).node;

/** With a property of its own for every key, `__proto__` too, as JSON.parse makes them. */
function toObject(entries: [string, unknown][]): unknown {
  const object = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
  }
  return object;
}

Deno.test("F28 F29 every schema takes any value or refuses it, and nothing leaks into other objects", () => {
  const own = Object.getOwnPropertyNames(Object.prototype).sort();
  const property = fc.property(value, fc.nat(SCHEMAS.length - 1), (value, index) => {
    const schema = SCHEMAS[index]!;
    const parsed = schema.safeParse(value);
    if (parsed.success) assert(schema.safeParse(parsed.data).success, "what it made it takes");
  });
  fc.assert(property, { numRuns: MESSAGE_CASES });
  assertEquals(Object.getOwnPropertyNames(Object.prototype).sort(), own);
  assertEquals(Reflect.get({}, "command"), undefined);
});

Deno.test("every message survives its way over the wire, with a field that nobody knows", () => {
  const text = fc.string({ maxLength: 20 });
  const messages = fc.oneof(
    fc.record({ id: fc.nat(), type: text, payload: fc.jsonValue() }),
    fc.record({ id: fc.nat(), ok: fc.constant(true), data: fc.jsonValue() }),
    fc.record({
      id: fc.nat(),
      ok: fc.constant(false),
      error: fc.record({ code: text, message: text }),
    }),
  );
  const property = fc.property(messages, (message) => {
    const [frame] = [...new FrameDecoder(1 << 20).push(encodeControl({ ...message, later: 1 }))];
    const received = decodeControl(frame!.body);
    const schema: Schema = "ok" in message ? ReplyMessage : RequestMessage;
    assertEquals(schema.safeParse(received).data, JSON.parse(JSON.stringify(message)));
  });
  fc.assert(property, { numRuns: 5_000 });
});

Deno.test("jobOf() gives a whole job or nothing", () => {
  const property = fc.property(value, (data) => {
    const event = { event: "job_started", seq: 1, time: "", job_id: "a", data };
    const job = jobOf(event as unknown as ImpEvent);
    if (job !== undefined) assert(JobView.safeParse(job).success);
  });
  fc.assert(property, { numRuns: 5_000 });
});
