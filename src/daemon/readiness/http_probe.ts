import { addressesOf, firstThatDoes } from "./addresses.ts";
import { notReady, READY, type Try } from "./probe.ts";
import type { ProbeWorld } from "./probe_world.ts";

/**
 * Ready is an answer from 200 to 399, or another one of those named. Redirects are not followed: where they lead is often
 * elsewhere, and that somebody redirects is an answer. Certificates are not looked at, as by the probes of Kubernetes:
 * the question is whether it serves, nothing is told to it, and on a developer's machine they are self-signed.
 */
export function httpProbe(
  { url, status = [] }: { readonly url: string; readonly status?: readonly number[] | undefined },
  world: Pick<ProbeWorld, "askHttp">,
): Try {
  const isGood = (found: number) => (found >= 200 && found < 400) || status.includes(found);
  return async (signal) => {
    const ask = (address: string) => world.askHttp(url, address, signal);
    const found = await firstThatDoes(addressesOf(new URL(url).hostname), ask, isGood);
    return isGood(found) ? READY : notReady(`it answered ${found}`);
  };
}
