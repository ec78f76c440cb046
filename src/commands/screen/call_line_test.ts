import { assertEquals, assertRejects } from "@std/assert";
import { createFakeContext } from "../../../tests/support/fake_context.ts";
import { toJob } from "../../../tests/support/tui_fixture.ts";
import { AppError } from "../../base/app_error.ts";
import { callLine } from "./call_line.ts";

/** What the daemon is asked when this is typed behind `imp set api`, and what is said of it. */
async function set(line: string): Promise<[unknown, string]> {
  const api = toJob("V3x", { name: "api" });
  const changes = [{ job_id: "V3x", changed: ["command"], pending: [], env_names: [] }];
  const ctx = createFakeContext({ replies: { set: () => ({ jobs: [api], changes }) } });
  const text = await callLine(ctx, await ctx.client(), { words: ["set", "api"], line });
  return [ctx.requests[0]?.payload, text];
}

Deno.test("callLine() takes flags as they are typed, and what is no flag for a command", async () => {
  const jobs = ["api"];
  assertEquals(await set("--restart always"), [
    { jobs, restart: { mode: "always" } },
    "Changed job V3x (api): command",
  ]);
  assertEquals((await set("make 'a b'"))[0], { jobs, command: ["make", "a b"] });
  assertEquals((await set("-- make"))[0], { jobs, command: ["make"] });
  assertEquals((await set("make a && make b"))[0], {
    jobs,
    command: ["sh", "-c", "make a && make b"],
  });
});

Deno.test("callLine() throws what the command throws, and says of a quote that it is open", async () => {
  await assertRejects(() => set("--nonsense"), AppError, "nonsense");
  await assertRejects(() => set("make 'a"), AppError, "A quote is not closed");
});
