/** What the fields of a definition are called among people. */
const WORDS: Readonly<Record<string, string>> = {
  restart: "restart policy",
  stop_signal: "stop signal",
  stop_timeout_ms: "stop timeout",
  stop_command: "stop command",
  workdir: "directory",
  env: "environment",
  tty: "terminal",
  ready: "what makes it ready",
  health: "health check",
  schedule: "schedule",
  memory_limit_bytes: "memory limit",
  log_max_bytes: "output that is kept",
  runs_kept: "runs that are kept",
  watch: "watched files",
  lease: "when it ends by itself",
  surroundings: "niceness, processors or limits",
};

/** More names than this say no more. */
const MOST_NAMES = 8;

/** Fields of a definition as people read them: `stop timeout, environment (PORT, DEBUG)`. */
export function describeChanges(fields: readonly string[], envNames: readonly string[]): string {
  return fields.map((field) => {
    const word = WORDS[field] ?? field;
    return field === "env" ? `${word} (${describeNames(envNames)})` : word;
  }).join(", ");
}

/** Names, and how many there are where they are many. */
export function describeNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
