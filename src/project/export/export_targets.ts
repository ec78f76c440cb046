import type { ExportableProject } from "./exportable.ts";
import type { Exported } from "./exported.ts";

/** Writes a project for one tool. */
type Exporter = (project: ExportableProject) => Exported;

/** The tools that a project can be written for, each loaded when it is asked for. */
export const EXPORT_TARGETS: Readonly<Record<string, () => Promise<Exporter>>> = {
  systemd: async () => (await import("./export_systemd.ts")).exportSystemd,
  "process-compose": async () => (await import("./export_process_compose.ts")).exportProcessCompose,
  procfile: async () => (await import("./export_procfile.ts")).exportProcfile,
  compose: async () => (await import("./export_compose.ts")).exportCompose,
  nomad: async () => (await import("./export_nomad.ts")).exportNomad,
};
