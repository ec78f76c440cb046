import type { Message, Peer } from "./fake_peer.ts";

const ID = 99_999;

/** Asks a daemon as bytes on a connection that may have other requests under way; resolves with the reply. */
export async function ask(peer: Peer, type: string, payload: unknown = {}): Promise<Message> {
  await peer.send({ id: ID, type, payload });
  for (;;) {
    const message = await peer.next();
    if (message.id === ID && "ok" in message) return message;
  }
}
