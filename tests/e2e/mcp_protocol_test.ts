/** `imp mcp` as any client meets it, in both eras of the protocol: also one that says what it should not. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { toolDefinitions } from "../../src/mcp/definitions.ts";
import { openBox } from "../support/box.ts";
import { type Answer, McpPeer, MODERN_META, TASKS_META } from "../support/mcp_peer.ts";

const DEFINITIONS = toolDefinitions();

const UNKNOWN_VERSION = {
  ...MODERN_META,
  "io.modelcontextprotocol/protocolVersion": "1900-01-01",
};

Deno.test("a client of 2026-07-28 asks without a handshake, and is told who answers", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const { result: found } = await peer.ask("server/discover");
  assertEquals(found.supportedVersions, ["2026-07-28"]);
  assertEquals(Object.keys(found.capabilities.extensions), ["io.modelcontextprotocol/tasks"]);
  const { result: list } = await peer.ask("tools/list");
  assertEquals(list.tools, DEFINITIONS);
  for (const result of [found, list]) {
    assertEquals([result.resultType, result.ttlMs, result.cacheScope], [
      "complete",
      3_600_000,
      "public",
    ]);
    assertEquals(result._meta["io.modelcontextprotocol/serverInfo"].name, "imp");
  }
  const status = await peer.call("imp_status");
  assertEquals([status.resultType, status.structuredContent.jobs], ["complete", []]);
});

Deno.test("a session is begun in each version that there was, and one that nobody knows gets the newest", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box);
  for (const version of ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]) {
    assertEquals(await peer.initialize(version), version);
  }
  assertEquals(await peer.initialize("2031-01-01"), "2025-11-25");
  assertEquals((await peer.ask("ping")).result, {});
  const { result: list } = await peer.ask("tools/list");
  // What is of the other era is not there.
  assertEquals(list, { tools: DEFINITIONS });
  assertEquals(Object.keys(await peer.call("imp_status")), ["content", "structuredContent"]);
});

Deno.test("both eras are served by one process, request by request", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box);
  await peer.initialize();
  assertEquals(
    (await peer.ask("tools/list", { _meta: MODERN_META })).result.resultType,
    "complete",
  );
  assertEquals((await peer.ask("tools/list")).result.resultType, undefined);
});

/** What is asked wrongly, and the code of the error that it is answered with. */
const WRONG_REQUESTS: readonly [what: string, method: string, params: object, code: number][] = [
  ["of no era", "tools/list", {}, -32602],
  ["discovery without _meta", "server/discover", {}, -32602],
  [
    "no capabilities",
    "tools/list",
    { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } },
    -32602,
  ],
  [
    "no version",
    "tools/list",
    { _meta: { "io.modelcontextprotocol/clientCapabilities": {} } },
    -32602,
  ],
  ["an unknown version", "tools/list", { _meta: UNKNOWN_VERSION }, -32022],
  ["initialize of the new era", "initialize", { _meta: MODERN_META }, -32601],
  ["ping of the new era", "ping", { _meta: MODERN_META }, -32601],
  ["what we do not have", "resources/list", { _meta: MODERN_META }, -32601],
  ["a name of Object's", "constructor", { _meta: MODERN_META }, -32601],
  ["an unknown tool", "tools/call", { _meta: MODERN_META, name: "imp_nuke" }, -32602],
  ["a tool of Object's", "tools/call", { _meta: MODERN_META, name: "toString" }, -32602],
  ["another page", "tools/list", { _meta: MODERN_META, cursor: "x" }, -32602],
  ["no tool", "tools/call", { _meta: MODERN_META }, -32602],
  ["arguments in a list", "tools/call", {
    _meta: MODERN_META,
    name: "imp_status",
    arguments: [],
  }, -32602],
  ["a task without the extension", "tasks/get", { _meta: MODERN_META, taskId: "V3x-1" }, -32021],
  ["a task that nobody knows", "tasks/get", { _meta: TASKS_META, taskId: "V3x-1" }, -32602],
  ["a task that is a path", "tasks/get", { _meta: TASKS_META, taskId: "../../x/V3x-1" }, -32602],
  ["a task to cancel that is none", "tasks/cancel", { _meta: TASKS_META, taskId: "" }, -32602],
  ["the list of tasks", "tasks/list", { _meta: TASKS_META }, -32601],
  ["initialize without a version", "initialize", {}, -32602],
];

Deno.test("a request of the wrong era, or of none, is answered with the error that the protocol has for it", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box);
  const answers = await Promise.all(
    WRONG_REQUESTS.map(([, method, params]) => peer.ask(method, params)),
  );
  const told = answers.map(({ error }, index) => [WRONG_REQUESTS[index]![0], error?.code]);
  assertEquals(told, WRONG_REQUESTS.map(([what, , , code]) => [what, code]));
  assertEquals(answers[4].error.data, { supported: ["2026-07-28"], requested: "1900-01-01" });
  assertStringIncludes(answers[0].error.message, "initialize before it (2025-11-25");
  // Nothing of that has begun anything.
  assertEquals((await peer.ask("tools/list")).error.code, -32602);
});

/** Lines that are no requests: the code that each is answered with; undefined where nobody may be answered. */
const GARBAGE: readonly [line: string, code: number | undefined][] = [
  ["nonsense", -32700],
  ["{", -32700],
  ["null", -32600],
  ["17", -32600],
  ['"text"', -32600],
  ["[]", -32600],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600],
  ["{}", -32600],
  ['{"jsonrpc":"1.0","id":"old","method":"ping"}', -32600],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
  ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
  ['{"jsonrpc":"2.0","id":"x","method":7}', -32600],
  ['{"jsonrpc":"2.0","id":"y","method":"ping","params":[1]}', -32600],
  ['{"jsonrpc":"2.0","id":"z","result":{}}', undefined],
  ['{"jsonrpc":"2.0","method":"notifications/unknown"}', undefined],
  ['{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}', undefined],
  ['{"jsonrpc":"2.0","method":"notifications/cancelled","params":17}', undefined],
  ["", undefined],
  ["   ", undefined],
];

Deno.test("garbage is answered with errors, never with anything else, and the next request is served", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box);
  for (const [line] of GARBAGE) await peer.send(line);
  // The bytes of no text.
  await peer.send("x".repeat(5_000_000));
  await peer.initialize();
  const codes = peer.said.map(({ error }: Answer) => error?.code).filter((code) => code);
  const expected = GARBAGE.flatMap(([, code]) => code ?? []);
  assertEquals(codes, [...expected, -32700]);
  assertEquals(peer.said.find(({ id }: Answer) => id === "old").error.code, -32600);
  assertEquals(peer.said.filter(({ error, id }: Answer) => error && id === null), []);
});

Deno.test("a session of 2025-03-26 takes messages in a list, and answers those that are asked in one", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box);
  await peer.initialize("2025-03-26");
  await peer.send(
    '[{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","method":"x"},' +
      '{"jsonrpc":"2.0","id":"b","method":"nothing"}]',
  );
  await peer.send('[{"jsonrpc":"2.0","method":"x"}]');
  const text = await peer.process.waitForStdout(/^\[.*\]\n/m);
  const answers = JSON.parse(/^\[.*\]$/m.exec(text)![0]);
  assertEquals(answers.map(({ id, error }: Answer) => [id, error?.code]), [
    ["a", undefined],
    ["b", -32601],
  ]);
});

Deno.test("bytes that are no UTF-8 are answered with an error", async () => {
  await using box = await openBox();
  const { code, stdout } = await box.shell(`printf '{"id":"\\377"}\\n' | imp mcp`);
  assertEquals(code, 0);
  assertMatch(stdout, /^\{"jsonrpc":"2.0","error":\{"code":-32700,.*UTF-8.*\}\n$/);
});

Deno.test("the server ends with its stdin, and answers the last request also where no newline ends it", async () => {
  await using box = await openBox();
  const request = JSON.stringify({
    ...{ jsonrpc: "2.0", id: 1, method: "server/discover" },
    params: { _meta: MODERN_META },
  });
  const { code, stdout, stderr } = await box.imp(["mcp"], { input: request });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout).result.resultType, "complete");
  assertEquals(await box.imp(["mcp"], { input: "" }), {
    ...{ code: 0, signal: null, stdout: "", stderr: "" },
  });
});

Deno.test("the server ends when nobody reads its stdout, although its stdin goes on", async () => {
  await using box = await openBox();
  const script = "mkfifo in && exec 3<>in && { imp mcp <&3; echo $? >&2; } | true";
  const { code, stderr } = await box.shell(script);
  assertEquals([code, stderr], [0, "141\n"]);
});

Deno.test("a subscription is agreed to, to nothing, and ends when it is cancelled", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const id = await peer.begin("subscriptions/listen", {
    notifications: { toolsListChanged: true },
  });
  await peer.process.waitForStdout(/notifications\/subscriptions\/acknowledged.*\n/);
  const [acknowledged] = peer.said;
  assertEquals(acknowledged.params, {
    _meta: { "io.modelcontextprotocol/subscriptionId": id },
    notifications: {},
  });
  await peer.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } });
  await peer.ask("tools/list");
  assert(peer.said.every((message) => message.id !== id));
});

Deno.test('an id that is in use is refused, and 1 is another one than "1"', async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const listen = { method: "subscriptions/listen", params: { _meta: MODERN_META } };
  await peer.send({ jsonrpc: "2.0", id: "1", ...listen });
  await peer.send({ jsonrpc: "2.0", id: "1", method: "ping" });
  assertEquals((await peer.answerTo("1")).error.code, -32600);
  assertEquals((await peer.ask("tools/list")).id, 1);
});

Deno.test("so many requests at a time are too many, and none of them is lost", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const asked = Array.from({ length: 80 }, () => peer.begin("subscriptions/listen"));
  const ids = await Promise.all(asked);
  const refused = await Promise.all(ids.slice(64).map((id) => peer.answerTo(id)));
  assert(refused.every(({ error }) => error.code === -32603));
  await peer.process.closeStdin();
  assertEquals((await peer.process.result()).code, 0);
});
