import { literal } from "./marked_text.ts";
import type { SourceTable } from "./source_table.ts";
import { systemdWords } from "./systemd_words.ts";
import type { WrittenEnv, WrittenEnvFile } from "./written_job.ts";

/** The environment that a unit sets. */
export interface UnitEnv {
  /** As it is, for what is filled in by it. */
  readonly env: Readonly<Record<string, string>>;
  readonly written: WrittenEnv | undefined;
  readonly files: readonly WrittenEnvFile[] | undefined;
}

/** `Environment=`, `EnvironmentFile=` and `UnsetEnvironment=`; `resolve` knows the specifiers. */
export function readUnitEnv(
  service: SourceTable,
  resolve: (text: string, key: string) => string,
): UnitEnv {
  const env: Record<string, string> = {};
  for (const line of service.texts("Environment") ?? []) {
    const words = systemdWords(line)?.map((word) => resolve(word, "Environment"));
    if (words === undefined) service.lose("Environment", "a quote is not closed");
    for (const word of words ?? []) {
      const at = word.indexOf("=");
      if (at > 0) env[word.slice(0, at)] = word.slice(at + 1);
      else service.lose("Environment", "it is no NAME=value");
    }
  }
  const unset = (service.texts("UnsetEnvironment") ?? []).flatMap((line) => line.split(/\s+/));
  const written: WrittenEnv = {
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, literal(value)])),
    ...Object.fromEntries(unset.filter((name) => name !== "").map((name) => [name, null])),
  };
  const files = (service.texts("EnvironmentFile") ?? []).map((path) => ({
    path: literal(resolve(path.replace(/^-/, ""), "EnvironmentFile")),
    required: !path.startsWith("-"),
  }));
  return {
    env,
    written: Object.keys(written).length === 0 ? undefined : written,
    files: files.length === 0 ? undefined : files,
  };
}
