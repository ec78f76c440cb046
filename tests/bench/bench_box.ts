/** The boxes of a run of the benchmarks, and what of them is still there at its end. */
import { type Box, openBox } from "../support/box.ts";
import { TEST_ID } from "../support/box_environment.ts";
import { processesWithEnv, type ProcessInfo } from "../support/process_facts.ts";

const marks: string[] = [];

/** A box whose processes {@linkcode findLeftovers} knows. */
export async function openBenchBox(): Promise<Box> {
  const box = await openBox();
  marks.push(box.env[TEST_ID]!);
  return box;
}

/** Every process that was started from a box of this run and is still there. */
export async function findLeftovers(): Promise<ProcessInfo[]> {
  return (await Promise.all(marks.map((mark) => processesWithEnv(TEST_ID, mark)))).flat();
}
