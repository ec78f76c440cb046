import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { systemClock } from "../../platform/system_clock.ts";
import { openStore, type Store } from "../store.ts";

/** The time at which every store of a box is opened. */
const clock = { ...systemClock, now: () => Date.parse("2026-11-21T12:00:00.123Z") };
/** That time, as it stands in the name of what was set aside. */
export const STAMP = "20261121T120000.123Z";
/** A directory that is gone at the end of the scope, and the store in it. */
export interface StoreBox extends Disposable {
  readonly dir: string;
  readonly path: string;
  /** The store of the box, or that at another path. */
  open(path?: string): Store;
  /** Which files are there. */
  names(): string[];
}

/** Makes an empty box. */
export function makeStoreBox(): StoreBox {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/state.db`;
  return {
    dir,
    path,
    open: (at = path) => openStore(at, { clock, logger: silentLogger }),
    names: () => Array.from(Deno.readDirSync(dir), (entry) => entry.name).sort(),
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}
/** True for the same bytes. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
