import { assertEquals } from "@std/assert";
import { createFakeContext } from "../../../tests/support/fake_context.ts";
import { createAwayNotice } from "./away_notice.ts";

Deno.test("E5 a daemon that is away is told once, and nothing is claimed about its jobs", () => {
  const ctx = createFakeContext();
  const notice = createAwayNotice(ctx);
  for (let attempt = 0; attempt < 5; attempt++) notice("reconnecting");
  notice("connected");
  assertEquals(
    ctx.err(),
    "imp: The daemon is away; this goes on when it is back\nimp: The daemon is back\n",
  );
});
