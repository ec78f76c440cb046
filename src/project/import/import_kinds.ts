/** The tools whose files imp reads, for `--from`: the same as in `IMPORTERS`, which is loaded by who imports. */
export const IMPORT_KINDS = [
  "procfile",
  "process-compose",
  "pitchfork",
  "compose",
  "supervisord",
  "systemd",
  "pm2",
  "mprocs",
  "gobfile",
  "tspm",
  "package.json",
  "deno.json",
] as const;

/** One of them. */
export type ImportKind = (typeof IMPORT_KINDS)[number];
