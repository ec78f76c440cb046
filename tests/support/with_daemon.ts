import { assertRejects } from "@std/assert";
import { FakeClock } from "./fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon } from "./fake_daemon.ts";
import type { Peer } from "./fake_peer.ts";
import { AppError } from "../../src/base/app_error.ts";
import type { DaemonClient } from "../../src/client/client.ts";
import { connectDaemon } from "../../src/client/connect.ts";

/** What an exec carries. */
export const COMMAND = { command: ["true"], workdir: "/", env: {}, umask: 0o022 };

/** A client of a daemon that plays `script`. */
export async function withDaemon(
  script: (peer: Peer) => Promise<void>,
  body: (client: DaemonClient, clock: FakeClock) => Promise<void>,
): Promise<void> {
  using world = openPaths();
  await using _daemon = startFakeDaemon(world.paths, script);
  const clock = new FakeClock();
  await using client = await connectDaemon({ paths: world.paths, build: BUILD, clock });
  await body(client, clock);
}

/** The code of the AppError that it rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, AppError)).code;
}
