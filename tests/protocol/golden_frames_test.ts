/** What went over the wire when protocol 1 was released: read and written the same for ever. */
import { assert, assertEquals } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding/hex";
import { ErrorMessage } from "../../src/protocol/error_reply.ts";
import {
  decodeControl,
  encodeControl,
  encodeFrame,
  FrameDecoder,
  FrameKind,
} from "../../src/protocol/frame.ts";
import { ImpEvent } from "../../src/protocol/event.ts";
import { jobOf } from "../../src/protocol/job_of_event.ts";
import { Hello } from "../../src/protocol/hello.ts";
import type { JobView } from "../../src/protocol/job_view.ts";
import {
  EventMessage,
  ReplyMessage,
  RequestMessage,
  StdinClosedMessage,
  StdinTakenMessage,
} from "../../src/protocol/message.ts";
import { PAYLOADS } from "../../src/protocol/payload.ts";
import { assertGolden } from "../support/golden.ts";

/** Anything that says whether a value is what it should be. */
interface Schema {
  parse(value: unknown): unknown;
}

const JOB: JobView = {
  id: "V3x",
  name: "web",
  description: null,
  command: ["sh", "-c", "echo grüße"],
  workdir: "/home/user/shop",
  status: "running",
  desired: "up",
  ready: true,
  pid: 4711,
  exit_code: null,
  signal: null,
  reason: null,
  run: 2,
  restarts: 1,
  restart_policy: "on-failure:3",
  stop_signal: "SIGTERM",
  stop_timeout_ms: 10_000,
  created_at: "2026-11-21T03:11:53.909Z",
  started_at: "2026-11-21T03:11:54.001Z",
  finished_at: null,
  next_start_at: null,
  stdout_path: "/home/user/.local/state/imp/shop-95b3db1e/logs/V3x/2.stdout.log",
  stderr_path: "/home/user/.local/state/imp/shop-95b3db1e/logs/V3x/2.stderr.log",
  ports: [8123],
  cpu_percent: 0.5,
  memory_bytes: 1_048_576,
};

/** Each message by the name it has in the golden file, and what must accept it. */
const MESSAGES: Readonly<Record<string, { message: unknown; schema: Schema }>> = {
  hello: {
    message: {
      type: "hello",
      protocol: 1,
      version: "0.1.0",
      build: "20261121T033214.734Z",
      daemon_id: "shop-95b3db1e",
      pid: 4711,
      capabilities: ["events", "exec"],
    },
    schema: Hello,
  },
  ping_request: { message: { id: 1, type: "ping", payload: {} }, schema: RequestMessage },
  ping_reply: {
    message: {
      id: 1,
      ok: true,
      data: { version: "0.1.0", build: "20261121T033214.734Z", pid: 4711 },
    },
    schema: ReplyMessage,
  },
  handover_request: {
    message: {
      id: 2,
      type: "handover",
      payload: { build: "20261122T000000.000Z", version: "0.2.0" },
    },
    schema: RequestMessage,
  },
  shutdown_request: {
    message: { id: 3, type: "shutdown", payload: { keep_jobs: true } },
    schema: RequestMessage,
  },
  failed_reply: {
    message: {
      id: 4,
      ok: false,
      error: { code: "job.not_found", message: 'No such job: "api"', hint: "imp list" },
    },
    schema: ReplyMessage,
  },
  error: {
    message: {
      type: "error",
      error: { code: "protocol.malformed", message: "A control frame holds no valid JSON" },
    },
    schema: ErrorMessage,
  },
  event: {
    message: {
      type: "event",
      subscription: 5,
      event: {
        event: "job_started",
        seq: 41,
        time: "2026-11-21T03:11:54.002Z",
        job_id: "V3x",
        data: JOB,
      },
    },
    schema: EventMessage,
  },
  stdin_taken: { message: { type: "stdin_taken", bytes: 65_536 }, schema: StdinTakenMessage },
  stdin_closed: { message: { type: "stdin_closed" }, schema: StdinClosedMessage },
};

const GOLDEN = new URL("golden/protocol_1.txt", import.meta.url);

Deno.test("encodeControl() writes the frames of protocol 1", () => {
  const lines = Object.entries(MESSAGES).map(([name, { message }]) =>
    `${name} ${encodeHex(encodeControl(message))}`
  );
  assertGolden(GOLDEN, lines.join("\n"));
});

Deno.test("FrameDecoder reads the frames of protocol 1", () => {
  const lines = Deno.readTextFileSync(GOLDEN).trimEnd().split("\n").map((line) => line.split(" "));
  const bytes = decodeHex(lines.map(([, hex]) => hex).join(""));
  const frames = [...new FrameDecoder().push(bytes)];
  assertEquals(frames.map(({ kind }) => kind), lines.map(() => FrameKind.control));
  for (const [index, [name]] of lines.entries()) {
    const expected = MESSAGES[name!];
    assert(expected, `${name} is in the golden file only`);
    // What was sent then is accepted now, and nothing of it is lost.
    const value = decodeControl(frames[index]!.body);
    assertEquals(value, expected.message);
    assertEquals(expected.schema.parse(value), expected.message);
  }
});

Deno.test("encodeFrame() writes bytes and the end of a stdin as protocol 1 does", () => {
  const bytes = encodeFrame(FrameKind.stdin, Uint8Array.of(0x68, 0x69, 0xff));
  assertEquals(encodeHex(bytes), "00000004046869ff");
  assertEquals(encodeHex(encodeFrame(FrameKind.stdin, new Uint8Array())), "0000000104");
});

Deno.test("jobOf() finds the job in an event of protocol 1", () => {
  const { event } = EventMessage.parse(MESSAGES.event!.message);
  assertEquals(jobOf(ImpEvent.parse(event)), JOB);
});

Deno.test("PAYLOADS accept what protocol 1 sends", () => {
  for (const { message } of Object.values(MESSAGES)) {
    const request = RequestMessage.safeParse(message);
    if (!request.success) continue;
    const { type, payload } = request.data;
    assertEquals(PAYLOADS[type as keyof typeof PAYLOADS].parse(payload), payload as never);
  }
});
