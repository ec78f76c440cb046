import { addressesOf, firstThatDoes } from "./addresses.ts";
import { READY, type Try } from "./probe.ts";
import type { ProbeWorld } from "./probe_world.ts";

/** Ready is who accepts a connection; nothing is said on it. */
export function tcpProbe(
  { host, port }: { readonly host?: string | undefined; readonly port: number },
  world: Pick<ProbeWorld, "connectTcp">,
): Try {
  return async (signal) => {
    const connect = (address: string) => world.connectTcp(address, port, signal);
    await firstThatDoes(addressesOf(host), connect, () => true);
    return READY;
  };
}
