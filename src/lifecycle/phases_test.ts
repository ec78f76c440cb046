import { assertEquals } from "@std/assert";
import { type LifecyclePhase, nextPhase, type PhaseEvent, PHASES } from "./phases.ts";

const EVENTS: readonly PhaseEvent[] = [
  "init",
  "started",
  "reload",
  "reloaded",
  "shutdown",
  "ended",
];

Deno.test("PHASES leads from every phase to the end, and never back out of it", () => {
  for (const phase of Object.keys(PHASES) as LifecyclePhase[]) {
    const seen = new Set<LifecyclePhase>([phase]);
    for (const from of seen) {
      for (const event of EVENTS) {
        const next = nextPhase(from, event);
        if (next) seen.add(next);
      }
    }
    assertEquals(seen.has("stopped"), true, phase);
  }
  assertEquals(EVENTS.map((event) => nextPhase("stopped", event)), EVENTS.map(() => undefined));
});

Deno.test("nextPhase() allows one shutdown, from every phase that is not yet ending", () => {
  const from = Object.keys(PHASES) as LifecyclePhase[];
  assertEquals(from.filter((phase) => nextPhase(phase, "shutdown") !== undefined), [
    "created",
    "starting",
    "ready",
    "reloading",
  ]);
});
