import { removeTree } from "./remove_tree.ts";

/** A directory that is gone at the end of the scope. */
export interface ScratchDir extends Disposable {
  readonly path: string;
}

/** Makes an empty directory that nobody else may enter. */
export function openScratchDir(): ScratchDir {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "imp-" }));
  return { path, [Symbol.dispose]: () => removeTree(path) };
}
