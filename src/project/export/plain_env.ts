import type { ExportableJob } from "./exportable.ts";

/** The variables of a job that every tool and every shell has a place for. */
export function plainEnv({ env }: ExportableJob): [name: string, value: string][] {
  return Object.entries(env).filter(([name]) => isPlainName(name));
}

/** Whether a shell has variables of this name. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
