/** What of a connection is needed to end it. */
export interface OpenSocket {
  closeWrite(): Promise<void>;
  close(): void;
}

/**
 * Ends a connection, also while it is being read. Deno 2.8's `close` alone does neither end the reading nor tell the
 * other side (denoland/deno#35292): the socket would live as long as the process.
 */
export function hangUp(connection: OpenSocket): void {
  // Fails when the other side has hung up first, and where closing works.
  connection.closeWrite().catch(() => undefined);
  connection.close();
}
