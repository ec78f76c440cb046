/** Every name an event can have; a retired name is never used again. */
export const EVENT_NAMES = [
  "job_added",
  "job_started",
  "job_ready",
  "job_unready",
  "job_stopped",
  "job_restarting",
  "job_updated",
  "job_removed",
  "job_waiting",
  "job_files_changed",
  "project_applied",
  "daemon_ready",
  "daemon_reloaded",
  "daemon_stopping",
  "daemon_handover",
  "gap",
] as const;
