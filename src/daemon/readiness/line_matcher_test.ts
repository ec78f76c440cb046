import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../platform/system_clock.ts";
import { createMatcher, isQuick } from "./line_matcher.ts";

Deno.test("isQuick() lets a pattern be tried in the daemon only if no line can keep it busy", () => {
  const quick = [
    "listening on \\d+",
    "Local:.*http",
    "ready|started",
    "[(+*]{2}",
    "a\\(b\\)+",
    "^$",
  ];
  const slow = ["(a+)+$", "a*a*a*b", "(a|aa)+$", "a?a?a?aaa", "\\d+ in \\d+", "(x)\\1", ".*.*=.*"];
  assertEquals([...quick, ...slow].filter(isQuick), quick);
});

Deno.test("a matcher finds a line whatever its pattern, and none where there is none", async () => {
  for (const pattern of ["on \\d", "(ready|listening) on \\d+", "lis.*on.*\\d"]) {
    using matcher = createMatcher(pattern, systemClock);
    assertEquals(await matcher.matches(["nothing", "yet"]), false, pattern);
    assertEquals(await matcher.matches([]), false);
    assertEquals(await matcher.matches(["nothing", "listening on 8080"]), true, pattern);
  }
});

Deno.test("F143 a pattern that backtracks for ever is given up, and keeps nobody else from his turn", async () => {
  using matcher = createMatcher("^(a+)+$", systemClock);
  assertEquals(await matcher.matches(["aaa b"]), false);
  let turns = 0;
  const matching = matcher.matches(["a".repeat(60) + "!"]);
  const counting = (async () => {
    for (; turns < 20; turns++) {
      await new Promise<void>((resolve) => systemClock.schedule(5, resolve));
    }
  })();
  const error = await assertRejects(() => matching, Error);
  assert(error.message.includes("longer than a second"));
  await counting;
});

Deno.test("a matcher that is ended while its thread is being started ends that too", async () => {
  const matcher = createMatcher("(ready|listening) on", systemClock);
  const matching = matcher.matches(["ready on 80"]);
  matcher[Symbol.dispose]();
  await assertRejects(() => matching, Error, "ended");
});
