import { assert, assertFalse } from "@std/assert";
import { isOwnerCalled, isSameOwner } from "./same_owner.ts";

const process = (pid: number, start_time = "7") => ({ pid, start_time, boot_id: "b" });

Deno.test("isSameOwner() takes a person at whichever terminal for one", () => {
  assert(isSameOwner({ name: "ann", process: process(2) }, { name: "ann", process: process(3) }));
  assertFalse(isSameOwner({ name: "ann" }, { name: "ben" }));
});

Deno.test("isSameOwner() tells agents of one kind apart by session, else by process", () => {
  const claude = { name: "claude", agent: "claude" };
  assertFalse(isSameOwner({ ...claude, session: "a" }, { ...claude, session: "b" }));
  assert(
    isSameOwner({ ...claude, session: "a", process: process(2) }, {
      ...claude,
      session: "a",
      process: process(3),
    }),
  );
  assertFalse(
    isSameOwner({ ...claude, process: process(2) }, { ...claude, process: process(2, "8") }),
  );
  assert(isSameOwner({ ...claude, process: process(2) }, claude));
});

Deno.test("isSameOwner() believes a name that was given by hand", () => {
  const one = { name: "ci", agent: "claude", session: "a" };
  assert(isSameOwner(one, { name: "ci", agent: "codex", session: "b" }));
  assertFalse(isSameOwner(one, { name: "claude", agent: "claude", session: "a" }));
});

Deno.test("isOwnerCalled() knows name, agent, user, session and pid", () => {
  const owner = {
    ...{ name: "ci", user: "ann", agent: "claude", session: "a", terminal: null },
    ...{ pid: 42, process: process(42) },
  };
  for (const word of ["ci", "ann", "claude", "a", "42"]) assert(isOwnerCalled(owner, word));
  assertFalse(isOwnerCalled({ ...owner, pid: null }, "null"));
  assertFalse(isOwnerCalled({ ...owner, session: null }, "null"));
});
