import { assertEquals } from "@std/assert";
import type { RunMarker } from "../../platform/run_directory.ts";
import { judgeRun, judgeStoppedRun, type RunEvidence, type RunVerdict } from "./run_verdict.ts";

/** Every combination: marker, shim, command, then the verdict with the output closed and with it open. */
const TABLE = `
  exit     unknown    unknown  ended         ended
  exit     unknown    alive    ended         ended
  exit     unknown    dead     ended         ended
  exit     alive      unknown  ended         ended
  exit     alive      alive    ended         ended
  exit     alive      dead     ended         ended
  exit     dead       unknown  ended         ended
  exit     dead       alive    ended         ended
  exit     dead       dead     ended         ended
  exit     other_boot unknown  ended         ended
  exit     other_boot alive    ended         ended
  exit     other_boot dead     ended         ended
  none     unknown    unknown  unbegun       unclear
  none     unknown    alive    unsupervised  unsupervised
  none     unknown    dead     lost          lost
  none     alive      unknown  running       running
  none     alive      alive    running       running
  none     alive      dead     running       running
  none     dead       unknown  lost          unclear
  none     dead       alive    unsupervised  unsupervised
  none     dead       dead     lost          lost
  none     other_boot unknown  rebooted      unclear
  none     other_boot alive    unsupervised  unsupervised
  none     other_boot dead     rebooted      unclear
  queued   unknown    unknown  unbegun       unclear
  queued   unknown    alive    unsupervised  unsupervised
  queued   unknown    dead     unbegun       unclear
  queued   alive      unknown  beginning     beginning
  queued   alive      alive    beginning     beginning
  queued   alive      dead     beginning     beginning
  queued   dead       unknown  unbegun       unclear
  queued   dead       alive    unsupervised  unsupervised
  queued   dead       dead     unbegun       unclear
  queued   other_boot unknown  rebooted      unclear
  queued   other_boot alive    unsupervised  unsupervised
  queued   other_boot dead     rebooted      unclear
  running  unknown    unknown  lost          unclear
  running  unknown    alive    unsupervised  unsupervised
  running  unknown    dead     lost          lost
  running  alive      unknown  running       running
  running  alive      alive    running       running
  running  alive      dead     running       running
  running  dead       unknown  lost          unclear
  running  dead       alive    unsupervised  unsupervised
  running  dead       dead     lost          lost
  running  other_boot unknown  rebooted      unclear
  running  other_boot alive    unsupervised  unsupervised
  running  other_boot dead     rebooted      unclear
`;

const MARKERS: Readonly<Record<RunMarker["kind"], RunMarker>> = {
  none: { kind: "none" },
  queued: { kind: "queued" },
  running: { kind: "running" },
  exit: { kind: "exit", code: 3, endedAtMs: 7 },
};
const SHIMS: RunEvidence["shim"][] = ["unknown", "alive", "dead", "other_boot"];
const COMMANDS: RunEvidence["command"][] = ["unknown", "alive", "dead"];

function everyEvidence(): RunEvidence[] {
  return Object.values(MARKERS).flatMap((marker) =>
    SHIMS.flatMap((shim) =>
      COMMANDS.flatMap((command) =>
        [false, true].map((isOutputOpen) => ({ marker, shim, command, isOutputOpen }))
      )
    )
  );
}

function readTable(): Map<string, string> {
  const rows = TABLE.trim().split("\n").map((line) => line.trim().split(/ +/));
  return new Map(rows.flatMap(([marker, shim, command, closed, open]) => [
    [`${marker} ${shim} ${command} false`, closed!],
    [`${marker} ${shim} ${command} true`, open!],
  ]));
}

function nameOf(verdict: RunVerdict): string {
  return verdict.is === "lost" && verdict.reason.includes("machine") ? "rebooted" : verdict.is;
}

Deno.test("judgeRun() says of every combination of evidence what became of the run", () => {
  const table = readTable();
  const all = everyEvidence();
  assertEquals(table.size, all.length);
  for (const evidence of all) {
    const { marker, shim, command, isOutputOpen } = evidence;
    const key = `${marker.kind} ${shim} ${command} ${isOutputOpen}`;
    assertEquals(nameOf(judgeRun(evidence)), table.get(key), key);
  }
});

Deno.test("judgeRun() never forgets who lives, nor invents a code", () => {
  for (const evidence of everyEvidence()) {
    const { is } = judgeRun(evidence);
    const isAnyAlive = evidence.shim === "alive" || evidence.command === "alive";
    if (evidence.marker.kind === "exit") assertEquals(is, "ended");
    else if (isAnyAlive) assertEquals(["ended", "lost", "unbegun"].includes(is), false, is);
    else assertEquals(is === "ended", false);
  }
});

Deno.test("judgeRun() takes the code and the time from the marker", () => {
  const evidence: RunEvidence = {
    marker: MARKERS.exit,
    shim: "dead",
    command: "dead",
    isOutputOpen: true,
  };
  assertEquals(judgeRun(evidence), { is: "ended", code: 3, endedAtMs: 7 });
});

Deno.test("judgeStoppedRun() always says that it is over", () => {
  for (const evidence of everyEvidence()) {
    const { is } = judgeStoppedRun(evidence);
    assertEquals(["ended", "lost", "unbegun"].includes(is), true, is);
    assertEquals(is === "ended", evidence.marker.kind === "exit");
    if (evidence.shim !== "other_boot" && evidence.marker.kind !== "exit") {
      assertEquals(is === "unbegun", isUnbegun(evidence));
    }
  }
});

function isUnbegun({ marker, shim, command }: RunEvidence): boolean {
  return marker.kind === "queued" ||
    (marker.kind === "none" && shim === "unknown" && command === "unknown");
}
