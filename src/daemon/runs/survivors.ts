import type { RunSurvivor } from "./stop_procedure.ts";

/** Why a job is still up after a stop: `process 4711 (server) of user root does not end`. */
export function describeSurvivors(survivors: readonly RunSurvivor[]): string {
  const named = survivors.map(({ pid, command, user }) =>
    pid === 0
      ? `a process that may not be looked at`
      : `process ${pid} (${command}) of user ${user}`
  );
  return `${named.join(", ")} ${named.length === 1 ? "does" : "do"} not end`;
}
