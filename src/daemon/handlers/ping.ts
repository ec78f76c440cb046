import type { Handler } from "./handler.ts";

/** Says who is there. Frozen for all versions. */
export const handlePing: Handler<"ping", "build" | "pid"> = (_payload, { build, pid }) => ({
  version: build.version,
  build: build.build,
  pid,
});
