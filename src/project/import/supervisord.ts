import { dirname, globToRegExp, join } from "@std/path/posix";
import type { ProjectTree } from "../project_tree.ts";
import { durationText } from "./duration_text.ts";
import { splitWords } from "../../base/shell_words.ts";
import { commandOf } from "./command_words.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { type IniDialect, readIni } from "./ini_tree.ts";
import { literal, markVariable, pathOrHere } from "./marked_text.ts";
import { expandPercent } from "./percent_text.ts";
import { fromDir } from "./relative_path.ts";
import { signalText } from "./signal_text.ts";
import { SourceTable } from "./source_table.ts";
import { supervisordEnv } from "./supervisord_env.ts";
import type { WrittenEnv, WrittenJob } from "./written_job.ts";

const KEPT = "imp keeps all output: imp logs";
const REASONS: Readonly<Record<string, string>> = {
  priority: "imp starts by what depends on what: `depends_on`",
  user: "imp runs all as you",
  umask: "imp takes that of its caller",
  exitcodes: "imp knows 0 alone for a good end",
  serverurl: "imp has a socket of its own",
};
const OUTPUT =
  /^(stdout|stderr)_(logfile|logfile_maxbytes|logfile_backups|capture_maxbytes|events_enabled|syslog)$/;
const SECTIONS: readonly [pattern: RegExp, why: string][] = [
  [
    /^(unix_http_server|inet_http_server|supervisorctl|rpcinterface:.*)$/,
    "imp has a socket of its own",
  ],
  [/^eventlistener:/, "imp events --json tells what happens"],
  [/^fcgi-program:/, "imp opens no sockets for jobs"],
];

const DIALECT: IniDialect = {
  remark: /^[;#]/,
  inlineRemark: /\s[;#]/,
  separator: /[=:]/,
  toKey: (written) => written.toLowerCase(),
  continues: "indent",
  repeats: false,
};

/** Files of supervisord, with those that they include. */
export const supervisord: Importer = {
  kind: "supervisord",
  names: [/^supervisord?\.(conf|ini)$/, /^supervisord?\.[\w-]+\.(conf|ini)$/],
  recognizes: ({ text }) => /^\[(program:.+|supervisord)\]/m.test(text),
  read: readSupervisord,
};

function readSupervisord(input: ImportInput): Promise<Imported> {
  const { file, losses } = input;
  const trees = [readIni(file, DIALECT)];
  trees.push(...included(trees[0]!, input));
  const sections = trees.flatMap((tree) => {
    const top = SourceTable.of(tree, losses);
    return top.names.map((name) => ({ name, top }));
  });
  const groups = readGroups(sections);
  const jobs = sections.flatMap(({ name, top }) => {
    const program = /^program:(.+)$/.exec(name)?.[1]?.trim();
    if (program === undefined) return [];
    return readProgram(top.table(name)!.ofJob(program), { program, input, groups });
  });
  const env = readOthers(sections, input);
  return Promise.resolve({ project: { env }, jobs });
}

interface Section {
  readonly name: string;
  readonly top: SourceTable;
}

/** The files that `[include]` names, by patterns. */
function included(tree: ProjectTree, input: ImportInput): ProjectTree[] {
  const { file, files, losses } = input;
  const patterns = tree.valueAt(["include", "files"]);
  if (typeof patterns !== "string") return [];
  const here = dirname(file.path);
  return patterns.split(/\s+/).filter((each) => each !== "").flatMap((pattern) => {
    const full = join(here, pattern.replaceAll("%(here)s", "."));
    const dir = fromDir(dirname(full), files.dir);
    const expression = globToRegExp(full.slice(full.lastIndexOf("/") + 1));
    const names = files.list(dir).filter((name) => expression.test(name));
    if (names.length === 0) {
      losses.add({ file: file.name, key: "include.files", why: `there is no ${pattern}` });
    }
    return names.flatMap((name) => {
      const path = dir === "." ? name : `${dir}/${name}`;
      const text = files.read(path);
      return text === undefined ? [] : [readIni({ name: path, text }, DIALECT)];
    });
  });
}

function readGroups(sections: readonly Section[]): ReadonlyMap<string, readonly string[]> {
  const byProgram = new Map<string, string[]>();
  for (const { name, top } of sections) {
    const group = /^group:(.+)$/.exec(name)?.[1]?.trim();
    const table = group === undefined ? undefined : top.table(name);
    for (const program of table?.text("programs")?.split(/[\s,]+/).filter(Boolean) ?? []) {
      byProgram.set(program, [...byProgram.get(program) ?? [], literal(group!)]);
    }
    table?.finish(REASONS);
  }
  return byProgram;
}

/** What is said of all programs; what is said of the daemon is lost. */
function readOthers(sections: readonly Section[], input: ImportInput): WrittenEnv | undefined {
  let env: WrittenEnv | undefined;
  for (const { name, top } of sections) {
    if (/^(program|group):/.test(name)) continue;
    const why = SECTIONS.find(([pattern]) => pattern.test(name))?.[1];
    if (why !== undefined) top.lose(name, why);
    else if (name === "include") top.table(name)?.pass("files");
    else if (name === "supervisord") {
      const table = top.table(name)!;
      const given = table.text("environment");
      env = given === undefined ? env : readEnvironment(table, expanderOf(input, {}));
      for (const key of table.names) table.lose(key, "the daemon of imp has settings of its own");
    } else top.lose(name, "imp has nothing like it");
  }
  return env;
}

type Expander = (text: string) => string;

function expanderOf(
  { files }: ImportInput,
  values: Readonly<Record<string, string | number>>,
): Expander {
  return (text) =>
    expandPercent(text, (name) => {
      if (Object.hasOwn(values, name)) return values[name];
      if (name === "here") return files.dir;
      return name.startsWith("ENV_") ? markVariable(name.slice("ENV_".length)) : undefined;
    });
}

interface ProgramOptions {
  readonly program: string;
  readonly input: ImportInput;
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

function readProgram(
  table: SourceTable,
  { program, input, groups }: ProgramOptions,
): ImportedJob[] {
  const count = table.number("numprocs") ?? 1;
  const first = table.number("numprocs_start") ?? 0;
  const pattern = table.text("process_name") ?? "%(program_name)s";
  const [command = "", directory] = [table.text("command"), table.text("directory")];
  const rest = readRest(table);
  const copies = Number.isInteger(count) && count > 0 && count <= MOST_COPIES ? count : 1;
  if (copies !== count) table.lose("numprocs", `from 1 to ${MOST_COPIES}`);
  const jobs = Array.from({ length: copies }, (_, at): ImportedJob => {
    const values = {
      program_name: program,
      group_name: program,
      process_num: first + at,
      numprocs: copies,
    };
    const expand = expanderOf(input, values);
    const words = splitWords(expand(command).replaceAll("\n", " "));
    if (words === undefined) table.lose("command", "a quote is not closed");
    const cwd = directory === undefined ? undefined : fromDir(expand(directory), input.files.dir);
    return {
      name: expand(pattern),
      job: {
        ...rest,
        command: words === undefined || words.length === 0 ? undefined : commandOf(words),
        cwd: cwd === undefined ? undefined : literal(pathOrHere(cwd)),
        env: readEnvironment(table, expand),
        groups: groups.get(program),
      },
    };
  });
  for (const key of table.names.filter((name) => OUTPUT.test(name))) table.lose(key, KEPT);
  table.finish(REASONS);
  return jobs;
}

const MOST_COPIES = 1_000;

function readEnvironment(table: SourceTable, expand: Expander): WrittenEnv | undefined {
  const given = table.text("environment");
  if (given === undefined) return undefined;
  const pairs = supervisordEnv(expand(given));
  if (pairs === undefined) table.lose("environment", 'it is no list of NAME="value"');
  return pairs && Object.fromEntries(pairs.map(([name, value]) => [name, literal(value)]));
}

/** What all copies have alike. */
function readRest(table: SourceTable): WrittenJob {
  const seconds = table.number("stopwaitsecs");
  const word = table.text("stopsignal");
  const signal = word === undefined ? undefined : signalText(word);
  if (word !== undefined && signal === undefined) {
    table.lose("stopsignal", "there is no such signal");
  }
  const startsecs = table.number("startsecs");
  table.pass("redirect_stderr");
  for (const key of ["stopasgroup", "killasgroup"]) {
    if (table.flag(key) === false) table.lose(key, "imp ends all that a job has started");
  }
  const codes = table.text("exitcodes");
  if (codes !== undefined && codes.trim() !== "0") table.lose("exitcodes", REASONS.exitcodes!);
  const stop = {
    ...signal === undefined ? {} : { signal },
    ...seconds === undefined ? {} : { timeout: durationText(seconds * 1_000) },
  };
  return {
    restart: readRestart(table),
    autostart: table.flag("autostart") === false ? false : undefined,
    ready: startsecs === undefined || startsecs === 0
      ? undefined
      : { delay: durationText(startsecs * 1_000) },
    stop: Object.keys(stop).length === 0 ? undefined : stop,
  };
}

/** Without a word it starts again what has failed. */
function readRestart(table: SourceTable): string | undefined {
  const word = table.text("autorestart")?.toLowerCase() ?? "unexpected";
  const retries = table.number("startretries");
  if (word === "unexpected") {
    return retries === undefined || retries < 1 ? "on-failure" : `on-failure:${retries}`;
  }
  if (retries !== undefined) {
    table.lose("startretries", "it goes with `autorestart=unexpected` alone");
  }
  const restarts = table.flag("autorestart");
  return restarts === true ? "always" : undefined;
}
