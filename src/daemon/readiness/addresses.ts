/** A server that is told to listen on `localhost` listens on one of these, and it is not known on which. */
const LOOPBACKS = ["127.0.0.1", "::1"];

/** Where a host may be found: a name of this machine by either of its addresses. */
export function addressesOf(host: string | undefined): readonly string[] {
  if (host === undefined || host === "localhost") return LOOPBACKS;
  return [host.replace(/^\[(.*)\]$/, "$1")];
}

/**
 * What the first address gives that is good; else what any of them gives; rejects as the first one did where none does.
 * One after the other: where nobody listens that is known at once.
 */
export async function firstThatDoes<T>(
  addresses: readonly string[],
  ask: (address: string) => Promise<T>,
  isGood: (found: T) => boolean,
): Promise<T> {
  const found: T[] = [];
  const errors: unknown[] = [];
  for (const address of addresses) {
    try {
      const answer = await ask(address);
      if (isGood(answer)) return answer;
      found.push(answer);
    } catch (error) {
      errors.push(error);
    }
  }
  if (found.length > 0) return found[0]!;
  throw errors[0];
}
