import { assertEquals } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import type { DaemonClient } from "../client/client.ts";
import { sendRequest } from "./send_request.ts";
import type { JobRequest } from "./action.ts";

type Answer = (type: string, payload: unknown) => unknown;

async function send(wish: JobRequest, answer?: Answer): Promise<string[]> {
  const notes: string[] = [];
  // What a client answers is checked by its own tests; here it says what it is told.
  const request = (type: string, payload: unknown) =>
    new Promise((resolve) => resolve(answer?.(type, payload)));
  const client = answer && { request } as unknown as Pick<DaemonClient, "request">;
  const report = ({ text, isError }: { text: string; isError: boolean }) =>
    void notes.push(isError ? `! ${text}` : text);
  await sendRequest(wish, { client, report });
  return notes;
}

const STOP = { type: "request", request: "stop", jobIds: ["V3x"], label: "api" } as const;

Deno.test("sendRequest() asks the daemon and tells what happens", async () => {
  const asked: unknown[] = [];
  const answer: Answer = (...request) => {
    asked.push(request);
    return { jobs: [], survivors: [] };
  };
  assertEquals(await send(STOP, answer), ["Stopping api…", "Stopped api"]);
  assertEquals(await send({ ...STOP, request: "start" }, answer), ["Starting api…", "Started api"]);
  await send({ ...STOP, request: "restart" }, answer);
  await send({ ...STOP, request: "remove", force: true }, answer);
  assertEquals(await send({ ...STOP, request: "signal", signal: "HUP" }, answer), [
    "Sending HUP…",
    "Sent HUP to api",
  ]);
  const jobs = ["V3x"];
  assertEquals(asked, [
    ["stop", { jobs }],
    ["start", { jobs }],
    ["restart", { jobs }],
    ["remove", { jobs, force: true }],
    ["signal", { jobs, signal: "HUP" }],
  ]);
});

Deno.test("sendRequest() tells what the daemon has against it, with its hint", async () => {
  const notes = await send(STOP, () => {
    throw new AppError("job.not_up", "Cannot stop", { hint: "Start it first" });
  });
  assertEquals(notes, ["Stopping api…", "! Cannot stop. Start it first"]);
});

Deno.test("sendRequest() tells of processes that would not end", async () => {
  const survivor = { job_id: "V3x", pid: 1, command: "x" };
  const notes = await send(STOP, () => ({ jobs: [], survivors: [survivor] }));
  assertEquals(notes.at(-1), "! Some of api could not be ended: 1 left");
});

Deno.test("sendRequest() says so when there is no daemon", async () => {
  assertEquals(await send(STOP), ["! Not connected to the daemon"]);
});
