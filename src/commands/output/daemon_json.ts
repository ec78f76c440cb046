import type { DaemonView } from "../../protocol/snapshot.ts";

/** A daemon as commands tell it with `--json`: its id is called as everywhere else. */
export function toDaemonJson({ id, ...rest }: DaemonView) {
  return { daemon_id: id, ...rest };
}
