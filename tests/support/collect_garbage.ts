import { setImmediate } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";

/** Frees everything that nobody holds any more, at once. */
export async function collectGarbage(): Promise<void> {
  v8.setFlagsFromString("--expose-gc");
  // A WeakRef holds what it was made of until the event loop turns, which it does not for what is done at once: a look
  // at a file, if another thread was quick.
  await setImmediate();
  vm.runInNewContext("gc")();
}
