import { notReady, READY, type Try } from "./probe.ts";
import type { ProbeWorld } from "./probe_world.ts";

/** Ready is a run whose own processes listen on these ports, or on any where none are named. */
export function portsProbe(wanted: readonly number[], world: Pick<ProbeWorld, "ports">): Try {
  return () => {
    const listening = world.ports();
    const missing = wanted.filter((port) => !listening.includes(port));
    if (missing.length > 0) {
      return Promise.resolve(notReady(`it does not listen on ${missing.join(", ")}`));
    }
    return Promise.resolve(listening.length > 0 ? READY : notReady("it listens on no port"));
  };
}
