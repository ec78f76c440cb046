import { assertEquals } from "@std/assert";
import { findAgent } from "./agent_marks.ts";

function find(env: Record<string, string>) {
  const found = findAgent((name) => env[name]);
  return found && [found.agent, found.session];
}

Deno.test("findAgent() tells an agent by what it leaves in the environment", () => {
  assertEquals(find({ CLAUDECODE: "1" }), ["claude", undefined]);
  assertEquals(find({ CODEX_SANDBOX: "seatbelt" }), ["codex", undefined]);
  assertEquals(find({ CURSOR_AGENT: "1" }), ["cursor", undefined]);
  assertEquals(find({ GEMINI_CLI: "1" }), ["gemini", undefined]);
});

Deno.test("findAgent() takes the id of a session, and nothing that is none", () => {
  const session = "0b6d2f0e-6d3a-4d0e-9f5c-2f6b8a0f7c11";
  assertEquals(find({ CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: session }), ["claude", session]);
  assertEquals(find({ CODEX_THREAD_ID: "t-1" }), ["codex", "t-1"]);
  assertEquals(find({ CODEX_THREAD_ID: "no id\n" }), ["codex", undefined]);
});

Deno.test("findAgent() finds nobody where a person types, or a mark is empty", () => {
  assertEquals(find({ TERM: "xterm", CURSOR_TRACE_ID: "x", CLAUDECODE: "" }), undefined);
});
