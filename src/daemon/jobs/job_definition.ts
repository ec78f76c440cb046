import type { JobDefinition } from "../../protocol/job_definition.ts";
import type { JobRecord } from "../../store/store.ts";
import { maskSecrets } from "../secrets/mask_secrets.ts";

/** What a job is defined as, for who writes it into a file, and what of it looks like a credential. */
export function toJobDefinition(record: JobRecord, stopTimeoutMs: number): JobDefinition {
  const { id, name, description, command, workdir, restart, stopSignal, stdin, tty } = record;
  const { names, files } = record.givenEnv ?? { names: [], files: [] };
  const env = Object.fromEntries(
    names.flatMap((each) => {
      const value = record.env[each];
      return value === undefined ? [] : [[each, value]];
    }),
  );
  return {
    ...{ id, name, description, workdir, restart, stdin, tty, env },
    command: [...command],
    source: record.project?.source ?? null,
    env_files: [...files],
    is_env_known: record.givenEnv !== null,
    secret_env: Object.entries(env).filter(([each, value]) => isSecret([`${each}=${value}`]))
      .map(([each]) => each),
    secret_fields: secretFieldsOf(record),
    stop_signal: stopSignal,
    ...record.stopTimeoutMs !== stopTimeoutMs && { stop_timeout_ms: record.stopTimeoutMs },
    stop_command: record.stopCommand,
    ports: record.ports,
    watch: record.watch,
    schedule: record.schedule,
    memory_limit_bytes: record.memoryLimitBytes,
    log_max_bytes: record.logMaxBytes,
    runs_kept: record.runsKept,
    ready: record.ready,
    health: record.health,
    pending: [...record.plan?.pending ?? []],
  };
}

function secretFieldsOf({ command, stopCommand, description, ready, health }: JobRecord): string[] {
  return [
    ...isSecret(command) ? ["command"] : [],
    ...isSecret(stopCommand ?? []) ? ["stop_command"] : [],
    ...isSecret([description ?? ""]) ? ["description"] : [],
    ...isSecret(wordsOf(ready)) ? ["ready"] : [],
    ...isSecret(wordsOf(health)) ? ["health"] : [],
  ];
}

/** The words of a check that a person has written. */
function wordsOf(check: JobRecord["ready"] | JobRecord["health"]): string[] {
  if (check === null) return [];
  if (check.kind === "command") return check.command ?? ["sh", "-c", check.script ?? ""];
  if (check.kind === "http") return [check.url];
  return check.kind === "log" ? [check.regex] : [];
}

function isSecret(words: readonly string[]): boolean {
  return maskSecrets(words).some((word, at) => word !== words[at]);
}
