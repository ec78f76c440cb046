import { isPortNumber } from "../../base/ports.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenEnv, WrittenJob } from "./written_job.ts";

/** The ports of a daemon, `p0` and so on, and the variables that it is told them by beside those of imp. */
export function readPitchforkPorts(
  daemon: SourceTable,
  command: string,
): { readonly ports: WrittenJob["ports"]; readonly env: WrittenEnv } {
  const { numbers, bumps } = readPort(daemon);
  const ports = numbers.map((number, at) =>
    [`p${at}`, number === 0 ? "auto" as const : bumps ? { prefer: number } : number] as const
  );
  const isOne = ports.length === 1;
  const env = ports.flatMap(([name], at): [string, string][] => [
    ...at === 0 && !isOne ? [["PORT", `\${ports.${name}}`] as [string, string]] : [],
    ...!isOne || command.includes("PORT0")
      ? [[`PORT${at}`, `\${ports.${name}}`] as [string, string]]
      : [],
  ]);
  return {
    ports: ports.length === 0 ? undefined : Object.fromEntries(ports),
    env: Object.fromEntries(env),
  };
}

function readPort(daemon: SourceTable): { numbers: readonly number[]; bumps: boolean } {
  const old = numbersOf(daemon, "expected_port");
  const oldBumps = daemon.flag("auto_bump_port") === true;
  daemon.pass("port_bump_attempts");
  const given = daemon.take("port");
  if (given === undefined) return { numbers: old, bumps: oldBumps };
  if (typeof given !== "object" || Array.isArray(given)) {
    return { numbers: numbersOf(daemon, "port"), bumps: false };
  }
  const table = daemon.table("port");
  const numbers = table === undefined ? [] : numbersOf(table, "expect");
  const bump = table?.take("bump");
  if (typeof bump === "string") table?.lose("bump", "it must be a number, or true or false");
  table?.finish();
  return { numbers, bumps: bump === true || (typeof bump === "number" && bump > 0) };
}

function numbersOf(table: SourceTable, key: string): readonly number[] {
  const texts = table.texts(key) ?? [];
  const numbers = texts.map(Number);
  if (numbers.every((number) => number === 0 || isPortNumber(number))) return numbers;
  table.lose(key, "it must be a port, or a list of ports");
  return [];
}
