import type { Importer } from "./importer.ts";
import { compose } from "./compose.ts";
import { denoJson } from "./deno_json.ts";
import { gobfile } from "./gobfile.ts";
import { mprocs } from "./mprocs.ts";
import { packageJson } from "./package_json.ts";
import { pitchfork } from "./pitchfork.ts";
import { systemd } from "./systemd.ts";
import { supervisord } from "./supervisord.ts";
import { processCompose } from "./process_compose.ts";
import { pm2 } from "./pm2.ts";
import { procfile } from "./procfile.ts";
import { tspm } from "./tspm.ts";

/** All that is known, that which tells most of what a project runs first. */
export const IMPORTERS: readonly Importer[] = [
  processCompose,
  pitchfork,
  supervisord,
  systemd,
  mprocs,
  gobfile,
  pm2,
  tspm,
  procfile,
  compose,
  packageJson,
  denoJson,
];
