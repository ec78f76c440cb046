import { background } from "./guarded.ts";

/**
 * Calls `onChange` whenever something comes to, goes from or changes in one of `directories`, not in those below, and
 * `onLost` when nobody tells us any more. Undefined where notifications are not to be had: one of them is not there, or
 * the user has no watches left.
 */
export function watchDirectories(
  directories: readonly string[],
  callbacks: { onChange: () => void; onLost: () => void },
): Disposable | undefined {
  let watcher: Deno.FsWatcher;
  try {
    // Right after a watcher of this path was closed, Deno may open one although the directory is gone.
    for (const path of directories) Deno.statSync(path);
    watcher = Deno.watchFs([...directories], { recursive: false });
  } catch {
    return undefined;
  }
  let isClosed = false;
  const pump = async () => {
    for await (const event of watcher) {
      // Looking at them is what we do ourselves.
      if (event.kind !== "access") callbacks.onChange();
    }
    if (!isClosed) callbacks.onLost();
  };
  background("ground.watch", pump, () => isClosed || callbacks.onLost());
  return {
    [Symbol.dispose]() {
      isClosed = true;
      watcher.close();
    },
  };
}
