/** The daemon of guards_test.ts, in which entries fail, and how a story about it looks. */
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { toHello } from "../support/fake_daemon.ts";
import { type Message, Peer } from "../support/fake_peer.ts";
import type { TestProcess } from "../support/process.ts";

/** A daemon in which some entries fail once. */
export interface GuardWorld {
  readonly box: Box;
  readonly daemon: TestProcess;
  /** Whether the log tells that this entry has failed. */
  readonly isTold: (entry: string) => boolean;
  /** Runs imp until it succeeds: the first calls may be those that fail. */
  readonly insist: (args: readonly string[]) => Promise<string>;
  /** A client that has shaken hands, as bytes. */
  readonly connect: () => Promise<Peer>;
}

/** What leads a daemon through some of its entries. */
export interface GuardStory {
  readonly entries: readonly string[];
  /** Other points that must fail for an entry to be needed. */
  readonly points?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: (box: Box) => Readonly<Record<string, string>>;
  /** Done with a daemon that is in order, which is then killed. */
  readonly before?: (box: Box) => Promise<unknown>;
  /** Returns when every entry has been passed; what it opened it closes by itself. */
  readonly drive: (world: GuardWorld) => Promise<unknown>;
  /** The daemon ends in it: there is nobody left to serve others. */
  readonly ends?: boolean;
}

/** Where the daemon of the box listens. */
export function addressOf(box: Box, socket = "daemon.sock"): { transport: "unix"; path: string } {
  const path = box.runtimeFiles().find((file) => file.endsWith(`/${socket}`));
  if (path === undefined) throw new Error("no daemon listens");
  return { transport: "unix", path: `${box.runtimeDir}/${path}` };
}

/** A client that has shaken hands. */
export async function shakeHands(box: Box): Promise<Peer> {
  const peer = new Peer(await Deno.connect(addressOf(box)));
  const hello: Message = await peer.expect("hello");
  await peer.send(toHello(hello.daemon_id));
  return peer;
}

/** How a story ends that only has to wait for what comes by itself. */
export async function told(world: GuardWorld, ...entries: string[]): Promise<void> {
  for (const entry of entries) await eventually(`${entry} fails`, () => world.isTold(entry));
}
