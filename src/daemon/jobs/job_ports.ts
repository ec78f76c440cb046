import { fillPorts, portVariableNames, portVariables, urlOfPort } from "../../base/ports.ts";
import type { DeclaredPort } from "../../protocol/job_view.ts";
import type { JobRecord } from "../../store/store.ts";

/** What is known of the ports that a job declares. */
export type PortsRecord = Pick<JobRecord, "ports" | "portNumbers">;

/** The numbers of the ports that a job declares, but for those that are still to be found. */
export function portNumbersOf({ ports, portNumbers }: PortsRecord): Record<string, number> {
  // A port may be called like what every object has.
  const numbers: Record<string, number> = Object.create(null);
  for (const [name, wish] of Object.entries(ports ?? {})) {
    const port = typeof wish === "number" ? wish : portNumbers?.[name]?.port;
    if (port !== undefined) numbers[name] = port;
  }
  return numbers;
}

/** The variables of a job that its ports give it; a caller's own of these names are no part of its environment. */
export function portVariablesOf({ ports }: Pick<JobRecord, "ports">): string[] {
  return ports === null ? [] : portVariableNames(ports);
}

/** Finds the number of another job's port, by both names. */
export type PortOf = (jobName: string, name: string) => number | undefined;

/** Puts numbers in the place of `${ports.NAME}` and `${jobs.JOB.ports.NAME}` in what a job says. */
export function portFiller(record: PortsRecord, portOf: PortOf): (text: string) => string {
  const numbers = portNumbersOf(record);
  return (text) =>
    fillPorts(text, (name, jobName) => {
      if (jobName !== undefined) return portOf(jobName, name);
      return Object.hasOwn(numbers, name) ? numbers[name] : undefined;
    });
}

/**
 * The command and the environment that a run is started with: what its user set by hand counts more than its ports.
 * `portOf` finds those of other jobs.
 */
export function withPorts(
  record: PortsRecord & Pick<JobRecord, "command" | "env">,
  portOf: PortOf,
): Pick<JobRecord, "command" | "env"> {
  const fill = portFiller(record, portOf);
  const env = Object.entries(record.env).map(([name, value]) => [name, fill(value)]);
  return {
    command: record.command.map((word, at) => at === 0 ? word : fill(word)),
    env: { ...portVariables(portNumbersOf(record)), ...Object.fromEntries(env) },
  };
}

/** The environment that a job was given, of the one that its processes have. */
export function withoutPorts(record: PortsRecord & Pick<JobRecord, "env">): Record<string, string> {
  const given = portVariables(portNumbersOf(record));
  return Object.fromEntries(
    Object.entries(record.env).filter(([name, value]) => given[name] !== value),
  );
}

/** As everybody may see them; `listening`: where processes of the job do; undefined: nobody has looked. */
export function viewPorts(
  record: PortsRecord,
  listening: readonly number[] | undefined,
): DeclaredPort[] {
  const numbers = portNumbersOf(record);
  return Object.entries(record.ports ?? {}).map(([name, wish]) => {
    const port = numbers[name] ?? null;
    const auto = typeof wish !== "number";
    const movedFrom = auto ? record.portNumbers?.[name]?.movedFrom : undefined;
    return {
      name,
      port,
      auto,
      listening: port === null ? false : listening?.includes(port) ?? null,
      url: port === null ? null : urlOfPort(name, port),
      ...movedFrom === undefined ? {} : { moved_from: movedFrom },
    };
  });
}
