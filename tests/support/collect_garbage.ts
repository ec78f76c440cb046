import v8 from "node:v8";
import vm from "node:vm";

/** Frees everything that nobody holds any more, at once. */
export async function collectGarbage(): Promise<void> {
  v8.setFlagsFromString("--expose-gc");
  // A WeakRef holds what it was made of until the turn is over.
  await Deno.lstat("/");
  vm.runInNewContext("gc")();
}
