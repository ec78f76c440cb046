import { messageOf, reasonOf } from "../../base/app_error.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import { background } from "../guarded.ts";

/**
 * Connects to a port, and closes the connection when it is no longer wanted.
 * @throws Error in a few words for people: `connection refused`
 */
export async function connectTcp(
  hostname: string,
  port: number,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const connecting = Deno.connect({ hostname, port, signal });
  try {
    // A name that is being looked up takes no notice of the signal.
    return await unlessAborted(connecting, signal);
  } catch (error) {
    background("tcp.late", () => closeWhenThere(connecting), () => closeWhenThere(connecting));
    throw new Error(describeFailure(error), { cause: error });
  }
}

async function closeWhenThere(connecting: Promise<Deno.TcpConn>): Promise<void> {
  const late = await connecting.catch(() => undefined);
  late?.close();
}

/** What a system says of a connection that did not come to be, without its numbers. */
export function describeFailure(error: unknown): string {
  if (/ECONNREFUSED/.test(messageOf(error))) return "connection refused";
  return reasonOf(error);
}
