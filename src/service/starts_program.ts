import { readTextFile } from "../platform/read_text_file.ts";
import { plistStrings } from "./launchd_plist.ts";
import type { Service } from "./service_place.ts";
import { execStart } from "./systemd_unit.ts";

/**
 * Whether a service starts the program `executable`. When it does not, a client of another build must not take its daemon
 * over: the manager would bring the old one back, and the next command would take over again.
 */
export function startsProgram(service: Service, executable: readonly string[]): boolean {
  const text = readTextFile(service.path) ?? "";
  return service.manager === "systemd"
    ? text.includes(`\n${execStart(executable)} daemon run `)
    : text.replace(/\n\s*/g, "").includes([...plistStrings([...executable, "daemon"])].join(""));
}
