import type { Connection } from "./connection.ts";

/** One request being answered. */
export interface Call {
  readonly id: number;
  readonly connection: Connection;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Calls `action` right after the reply was sent, if the request succeeds: for what follows it on the wire. */
  readonly afterReply: (action: () => void) => void;
}
