import { COMPOSE_SAMPLES } from "./compose_samples.ts";
import { GOBFILE_SAMPLES } from "./gobfile_samples.ts";
import { MPROCS_SAMPLES } from "./mprocs_samples.ts";
import { PITCHFORK_SAMPLES } from "./pitchfork_samples.ts";
import { PM2_SAMPLES } from "./pm2_samples.ts";
import { PROCESS_COMPOSE_SAMPLES } from "./process_compose_samples.ts";
import { PROCFILE_SAMPLES } from "./procfile_samples.ts";
import { SCRIPT_SAMPLES } from "./script_samples.ts";
import { SUPERVISORD_SAMPLES } from "./supervisord_samples.ts";
import { SYSTEMD_SAMPLES } from "./systemd_samples.ts";
import { TSPM_SAMPLES } from "./tspm_samples.ts";
import type { Sample } from "./sample.ts";

/** All of them. */
export const SAMPLES: readonly Sample[] = [
  ...PROCFILE_SAMPLES,
  ...PROCESS_COMPOSE_SAMPLES,
  ...PITCHFORK_SAMPLES,
  ...SYSTEMD_SAMPLES,
  ...COMPOSE_SAMPLES,
  ...SUPERVISORD_SAMPLES,
  ...PM2_SAMPLES,
  ...SCRIPT_SAMPLES,
  ...MPROCS_SAMPLES,
  ...GOBFILE_SAMPLES,
  ...TSPM_SAMPLES,
];
