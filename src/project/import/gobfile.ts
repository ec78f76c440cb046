import { parseTree } from "../parse_tree.ts";
import { nameOfCommand } from "./command_name.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { literal, shellText } from "./marked_text.ts";
import { SourceTable } from "./source_table.ts";

/** Gobfiles of gob, whose jobs have no names. */
export const gobfile: Importer = {
  kind: "gobfile",
  names: [".config/gobfile.toml", "gobfile.toml"],
  recognizes: ({ path, text }) => path.endsWith(".toml") && /^\s*\[\[\s*job\s*\]\]/m.test(text),
  read: readGobfile,
};

async function readGobfile({ file, losses }: ImportInput): Promise<Imported> {
  const top = SourceTable.of(await parseTree(file), losses);
  const jobs = top.tables("job").map(readJob);
  top.finish();
  return { jobs };
}

function readJob(given: SourceTable): ImportedJob {
  const command = given.text("command");
  const name = given.text("name") ?? nameOfCommand(command ?? "");
  const job = given.ofJob(name);
  const description = job.text("description");
  const written = {
    command: command === undefined ? undefined : shellText(command),
    description: description === undefined ? undefined : literal(description),
    autostart: job.flag("autostart") === false ? false : undefined,
    confirm: job.flag("blocked") === true ? true : undefined,
  };
  job.finish();
  return { name, job: written };
}
