/** The boxes of a run of the benchmarks, and what of them is still there at its end. */
import { type Box, openBox } from "../support/box.ts";
import type { ImpExecutable } from "../support/imp_executable.ts";
import type { ProcessInfo } from "../support/process_facts.ts";

const boxes: Box[] = [];

/** A box that {@linkcode findLeftovers} and {@linkcode endBoxes} know. */
export async function openBenchBox(executable?: ImpExecutable): Promise<Box> {
  const box = await openBox(executable);
  boxes.push(box);
  return box;
}

/** Every process that was started from a box of this run and is still there. */
export async function findLeftovers(): Promise<ProcessInfo[]> {
  return (await Promise.all(boxes.map((box) => box.processes()))).flat();
}

/** Ends all that is there by force, for a run that is broken off; nothing new starts when its parents go first. */
export async function endBoxes(): Promise<void> {
  for (let left = await findLeftovers(); left.length > 0; left = await findLeftovers()) {
    for (const { pid } of left) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
    }
  }
  for (const { root } of boxes) await Deno.remove(root, { recursive: true }).catch(() => {});
}
