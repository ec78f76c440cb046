import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { SpawnedRun } from "../../tests/support/spawned_run.ts";
import { CUT_BLOCK_BYTES, cutFront, type CutResult } from "./cut_front.ts";

const LINE_BYTES = 16;
const LINES = 200_000;

/** So many times it waits, on a machine on which it is much faster than who cuts. */
const LEAST_CUTS = 3;

/** Writes numbered lines, each with a write of its own, as fast as it can, but not all before the last cut. */
const WRITER = `for my $i (1 .. ${LINES}) {
  syswrite STDOUT, sprintf("%015d\\n", $i);
  next if $i % ${LINES / (LEAST_CUTS + 1)} or $i == ${LINES};
  my $cut = "cut" . $i / ${LINES / (LEAST_CUTS + 1)};
  select(undef, undef, undef, 0.005) until -e $cut;
}`;

function readAt(path: string, from: number, bytes: number): Uint8Array {
  using file = Deno.openSync(path, { read: true });
  file.seekSync(from, Deno.SeekMode.Start);
  const buffer = new Uint8Array(bytes);
  let at = 0;
  for (let n = 1; at < bytes && n > 0; at += n) n = file.readSync(buffer.subarray(at)) ?? 0;
  return buffer.subarray(0, at);
}

/** Cuts the log of a writer again and again while it goes on; returns all that was ever in it. */
async function cutWhileWriting(dir: string): Promise<{ text: Uint8Array; results: CutResult[] }> {
  await using run = new SpawnedRun(["/usr/bin/perl", "-e", WRITER], { dir });
  const path = run.stdoutPath;
  const pieces: Uint8Array[] = [];
  const results: CutResult[] = [];
  let punched = 0;
  const cutIfLong = () => {
    const size = Deno.statSync(path).size - punched;
    if (size < 2 * CUT_BLOCK_BYTES) return;
    const bytes = Math.floor(size / CUT_BLOCK_BYTES - 1) * CUT_BLOCK_BYTES;
    pieces.push(readAt(path, punched, bytes));
    const result = cutFront(path, punched + bytes);
    results.push(result);
    Deno.writeTextFileSync(`${dir}/cut${results.length}`, "");
    if (result === "punched") punched += bytes;
  };
  await eventually("the writer's end", () => {
    cutIfLong();
    return run.markers().includes("exit.0");
  });
  // Its end is known before all that it has written has come through its pipe.
  await run.ended();
  pieces.push(readAt(path, punched, Deno.statSync(path).size - punched));
  if (punched > 0) assert(readAt(path, 0, 100).every((byte) => byte === 0));
  return { text: new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer()), results };
}

function assertComplete(text: Uint8Array): void {
  assertEquals(text.length, LINES * LINE_BYTES);
  const lines = new TextDecoder().decode(text).split("\n");
  for (let i = 0; i < LINES; i++) {
    if (Number(lines[i]) !== i + 1) throw new Error(`line ${i}: ${lines[i]}`);
  }
}

for (const parent of [undefined, "/dev/shm"]) {
  Deno.test(`F106 cutFront() loses no byte of a busy writer in ${parent ?? "the temporary directory"}`, async () => {
    if (parent !== undefined && !isDirectory(parent)) return;
    const dir = Deno.makeTempDirSync(parent === undefined ? {} : { dir: parent });
    try {
      const { text, results } = await cutWhileWriting(dir);
      if (results.includes("unsupported")) return;
      assert(results.length >= LEAST_CUTS, `${results.length} cuts prove little`);
      assertComplete(text);
    } finally {
      Deno.removeSync(dir, { recursive: true });
    }
  });
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

Deno.test("cutFront() gives space back", () => {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/log`;
  Deno.writeFileSync(path, new Uint8Array(16 * CUT_BLOCK_BYTES).fill(65));
  const before = Deno.statSync(path);
  const result = cutFront(path, 8 * CUT_BLOCK_BYTES);
  const after = Deno.statSync(path);
  if (result !== "unsupported") assert(after.blocks! <= before.blocks! * 0.6, `${after.blocks}`);
  assertEquals(after.size, result === "collapsed" ? before.size / 2 : before.size);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("cutFront() of all there is leaves a hole, because a file cannot collapse to nothing", () => {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/log`;
  Deno.writeFileSync(path, new Uint8Array(CUT_BLOCK_BYTES).fill(65));
  assert(["punched", "unsupported"].includes(cutFront(path, CUT_BLOCK_BYTES)));
  assertEquals(Deno.statSync(path).size, CUT_BLOCK_BYTES);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("cutFront() refuses odd sizes, symlinks and what is not there", () => {
  const dir = Deno.makeTempDirSync();
  Deno.writeFileSync(`${dir}/log`, new Uint8Array(2 * CUT_BLOCK_BYTES));
  Deno.symlinkSync("log", `${dir}/link`);
  for (const bytes of [0, -CUT_BLOCK_BYTES, 100, CUT_BLOCK_BYTES + 1, NaN, 0.5]) {
    assertThrows(() => cutFront(`${dir}/log`, bytes), RangeError);
  }
  for (const name of ["link", "none"]) {
    const error = assertThrows(() => cutFront(`${dir}/${name}`, CUT_BLOCK_BYTES), AppError);
    assertEquals(error.code, "logs.cut_failed");
  }
  Deno.removeSync(dir, { recursive: true });
});
