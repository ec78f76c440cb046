import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { exitCodeOf } from "../base/exit_code_of.ts";
import { decideVersion } from "./version_rule.ts";

const OLD = { protocol: 1, version: "0.1.0", build: "20260101T000000.000Z" };
const NEW = { protocol: 1, version: "0.1.0", build: "20260102T000000.000Z" };
const NEW_PROTOCOL = { ...NEW, protocol: 2, version: "0.2.0" };

type Expected = "use" | "take_over" | "mismatch";

function decide(options: Parameters<typeof decideVersion>[0]): Expected {
  try {
    return decideVersion(options);
  } catch (error) {
    if (error instanceof AppError && error.code === "version.mismatch") return "mismatch";
    throw error;
  }
}

/** Who meets whom; then a command that only asks, one that may start a daemon, and that with --takeover. */
const TABLE = [
  ["same build", OLD, OLD, "use", "use", "use"],
  ["newer client", NEW, OLD, "use", "take_over", "take_over"],
  ["older client", OLD, NEW, "use", "use", "take_over"],
  ["newer client, new protocol", NEW_PROTOCOL, OLD, "mismatch", "take_over", "take_over"],
  ["older client, new protocol", OLD, NEW_PROTOCOL, "mismatch", "mismatch", "take_over"],
] as const;

for (const [name, own, daemon, asks, starts, forces] of TABLE) {
  Deno.test(`decideVersion(): ${name}`, () => {
    assertEquals(decide({ own, daemon, mayTakeOver: false }), asks);
    assertEquals(decide({ own, daemon, mayTakeOver: false, force: true }), asks);
    assertEquals(decide({ own, daemon, mayTakeOver: true }), starts);
    assertEquals(decide({ own, daemon, mayTakeOver: true, force: true }), forces);
  });
}

Deno.test("decideVersion() names both versions and what to type", () => {
  const error = assertThrows(
    () => decideVersion({ own: OLD, daemon: NEW_PROTOCOL, mayTakeOver: true }),
    AppError,
  );
  assertStringIncludes(error.message, "version 0.1.0, protocol 1");
  assertStringIncludes(error.message, "version 0.2.0, protocol 2");
  assertStringIncludes(error.hint!, "imp --takeover ping");
  assertEquals(exitCodeOf(error.code), 5);
});
