import { parseEnvFile } from "../../base/env_file.ts";
import type { ImportedJob, Importer, ImportInput } from "./importer.ts";
import { shortValue } from "./losses.ts";
import type { ProcfileSettings } from "./procfile_settings.ts";
import type { WrittenJob, WrittenProject } from "./written_job.ts";

const ENTRY = /^([A-Za-z0-9_-]+):\s*(\S.*)$/;
const ENV_FILE = ".env";

/** A process as the file has it. */
interface Entry {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

/** Procfiles of foreman, overmind, hivemind, honcho and Heroku, with `.env` and the settings of the first two beside them. */
export const procfile: Importer = {
  kind: "procfile",
  names: ["Procfile.dev", "Procfile"],
  recognizes: ({ text, path }) =>
    /(^|\/)Procfile(\.[^/]+)?$/.test(path) && /^[A-Za-z0-9_-]+:\s*\S/m.test(text),
  read: readProcfile,
};

async function readProcfile(
  input: ImportInput,
): Promise<{ project: WrittenProject; jobs: ImportedJob[] }> {
  // The parser of YAML, which nobody needs who only looks whether there is a Procfile.
  const { readProcfileSettings } = await import("./procfile_settings.ts");
  const settings = await readProcfileSettings(input);
  const { envFiles = [], env = {}, portStep = 100 } = settings;
  const entries = withoutTwins(readEntries(input), input);
  const basePort = settings.port ?? portOfEnvFile(input);
  const jobs = entries.map((entry, index) => ({
    name: entry.name,
    job: toJob(entry, {
      port: (basePort ?? 5_000) + index * portStep,
      isPortSet: portOfEnvFile(input) !== undefined,
      settings,
    }),
  }));
  return {
    project: {
      env: Object.keys(env).length > 0 ? env : undefined,
      env_file: envFiles.length > 0 ? envFiles : undefined,
    },
    jobs,
  };
}

function readEntries({ file, losses }: ImportInput): Entry[] {
  return file.text.split("\n").flatMap((raw, index) => {
    const text = raw.trim();
    if (text === "" || text.startsWith("#")) return [];
    const [, name, command] = ENTRY.exec(text) ?? [];
    if (name !== undefined) return [{ name, command: command!, line: index + 1 }];
    const key = `line ${index + 1}`;
    const why = "it is no process: NAME: COMMAND";
    losses.add({ file: file.name, line: index + 1, key, why, value: shortValue(text) });
    return [];
  });
}

/** Of two of one name, the last counts, as foreman has it. */
function withoutTwins(entries: readonly Entry[], { file, losses }: ImportInput): Entry[] {
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  return entries.filter((entry) => {
    const counts = last.get(entry.name) === entry;
    if (!counts) {
      const why = `it is there again in line ${last.get(entry.name)!.line}, which counts`;
      const { name: key, line, command } = entry;
      losses.add({ file: file.name, line, key, why, value: shortValue(command) });
    }
    return counts;
  });
}

interface JobFacts {
  readonly port: number;
  /** In `.env`, where it would count more than that of the job. */
  readonly isPortSet: boolean;
  readonly settings: ProcfileSettings;
}

function toJob({ name, command }: Entry, { port, isPortSet, settings }: JobFacts): WrittenJob {
  // Heroku runs it before a release, and nobody else does.
  const isTask = name === "release";
  const portName = name === "web" || /\$\{?PORT\b/.test(command) ? "http" : "main";
  const hasPort = !isTask && settings.hasPorts === true;
  return {
    command,
    ...isTask ? { task: true, autostart: false } : {},
    ...hasPort && port <= 65_535 ? { ports: { [portName]: { prefer: port } } } : {},
    ...hasPort && isPortSet ? { env: { PORT: `\${ports.${portName}}` } } : {},
    ...settings.jobOf(name),
  };
}

/** The port that `.env` says, from which foreman counts. */
function portOfEnvFile({ files }: ImportInput): number | undefined {
  try {
    const { PORT } = parseEnvFile(files.read(ENV_FILE) ?? "", ENV_FILE);
    return PORT !== undefined && /^\d{1,5}$/.test(PORT) ? Number(PORT) : undefined;
  } catch {
    // It is told when the jobs are started.
    return undefined;
  }
}
