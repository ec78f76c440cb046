/**
 * `build-server FILE…` prints Markdown as HTML. Each directory that it is called in has a daemon of its own, which keeps
 * what it has built: a file that has not changed is not built again. The server is loaded by the daemon alone.
 */
import { application } from "@imp/imp/rpc";

const code = await application({
  name: "build-server",
  version: "1.0.0",
  handler: async () => new (await import("./build_server.ts")).BuildServer(),
  perDirectory: true,
  limits: { idleExitMs: 10 * 60_000 },
});
Deno.exit(code);
