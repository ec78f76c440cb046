import { assertEquals, assertMatch } from "@std/assert";
import type { Refusal } from "./door.ts";
import { SessionKeys } from "./session_keys.ts";

/** Each as random as the next. */
function openKeys(): SessionKeys {
  let next = 0;
  return new SessionKeys({ fillRandom: (bytes) => void bytes.fill(++next) });
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return "done";
  } catch (error) {
    return (error as Refusal).code;
  }
}

Deno.test("SessionKeys gives a key for a token, once", () => {
  const keys = openKeys();
  const token = keys.addToken();
  assertMatch(token, /^[0-9a-f]{64}$/);
  const key = keys.exchange(token);
  keys.expectKey(`Bearer ${key}`);
  assertEquals(codeOf(() => keys.exchange(token)), "web.used_token");
  assertEquals(codeOf(() => keys.exchange(token.slice(1))), "web.bad_token");
  assertEquals(codeOf(() => keys.exchange("")), "web.bad_token");
  keys.expectKey(`Bearer ${keys.exchange(keys.addToken())}`);
  keys.expectKey(`Bearer ${key}`);
});

Deno.test("SessionKeys knows no key but its own, and no token is one", () => {
  const keys = openKeys();
  const token = keys.addToken();
  const key = keys.exchange(token);
  const others = [null, "", "Bearer ", `Bearer ${token}`, key, `bearer ${key}`, `Bearer ${key}x`];
  for (const header of [...others, `Bearer ${openKeys().addToken().replaceAll("01", "ff")}`]) {
    assertEquals(codeOf(() => keys.expectKey(header)), "web.no_key", String(header));
  }
});

Deno.test("SessionKeys keeps so many keys, and those that are new", () => {
  const keys = openKeys();
  const made = Array.from({ length: 40 }, () => keys.exchange(keys.addToken()));
  const isKnown = made.map((key) => codeOf(() => keys.expectKey(`Bearer ${key}`)) === "done");
  assertEquals(isKnown.lastIndexOf(false), 7);
  assertEquals(isKnown.filter((each) => each).length, 32);
});
