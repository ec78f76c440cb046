import { isTable, type PlainTable } from "../../config/plain_table.ts";
import { parseTree, tryParseTree } from "../parse_tree.ts";
import type { ProjectTree } from "../project_tree.ts";
import type { ImportInput } from "./importer.ts";
import { markVariables } from "./mark_variables.ts";
import { mergeTables } from "./merge_tables.ts";
import { readOtherTree } from "./read_other_tree.ts";

/** All that a file of compose says, with its override over it, and services with what they extend; variables are marked. */
export async function readComposeTree(input: ImportInput): Promise<ProjectTree> {
  const { file, losses } = input;
  let tree = await parseTree(file);
  const over = await readOverride(input);
  if (over) {
    const ports = portsOfBoth(tree.data, over.data);
    tree = tree.mergedWith(over);
    tree = tree.withData(mergeTables(tree.data, ports));
  }
  const extended = tree.withData(await withExtended(tree.data, input));
  return extended.withTexts((text, path) =>
    markVariables(text, (written) => {
      // What stays compose's is filled in by it.
      if (
        !/^(healthcheck|ports|profiles|depends_on|stop_grace_period)$/.test(String(path[2]))
      ) return;
      const { file: name, line } = tree.spotOf(path);
      const [, job, ...key] = path;
      losses.add({
        file: name,
        line,
        job: String(job),
        key: key.join("."),
        why: `${written} has no form here`,
      });
    })
  );
}

async function readOverride(input: ImportInput): Promise<ProjectTree | undefined> {
  const { file, files } = input;
  const stem = /^((?:docker-)?compose)\.ya?ml$/.exec(file.path.slice(files.dir.length + 1))?.[1];
  if (stem === undefined) return undefined;
  const name = ["yml", "yaml"].map((ending) => `${stem}.override.${ending}`)
    .find((each) => files.read(each) !== undefined);
  if (name === undefined) return undefined;
  return await readOtherTree(`${files.dir}/${name}`, input);
}

/** The ports of an override come to those that are there. */
function portsOfBoth(base: PlainTable, over: PlainTable): PlainTable {
  const [before, after] = [base.services, over.services];
  if (!isTable(before) || !isTable(after)) return {};
  const entries = Object.keys(after).flatMap((name) => {
    const lists = [before[name], after[name]].map((service) =>
      isTable(service) ? service.ports : undefined
    );
    return lists.every(Array.isArray) ? [[name, { ports: lists.flat() }]] : [];
  });
  return entries.length === 0 ? {} : { services: Object.fromEntries(entries) };
}

/** Each service over the one that it extends, in this file or in another one. */
async function withExtended(data: PlainTable, input: ImportInput): Promise<PlainTable> {
  const { services } = data;
  if (!isTable(services)) return data;
  const entries = await Promise.all(
    Object.keys(services).map(async (name) =>
      [name, await resolve(services, name, { input, depth: 0 })] as const
    ),
  );
  return { ...data, services: Object.fromEntries(entries) };
}

const DEEPEST = 20;

async function resolve(
  services: PlainTable,
  name: string,
  { input, depth }: { input: ImportInput; depth: number },
): Promise<unknown> {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (!isTable(service) || service.extends === undefined || depth > DEEPEST) return service;
  const { extends: wanted, ...own } = service;
  const from = isTable(wanted) ? wanted : { service: wanted };
  if (Object.keys(from).some((key) => key !== "service" && key !== "file")) return service;
  const others = from.file === undefined ? services : await servicesOf(String(from.file), input);
  const base = others && await resolve(others, String(from.service), { input, depth: depth + 1 });
  if (!isTable(base) || base.extends !== undefined) return service;
  // What it waits for is not shared.
  const { depends_on: _, ...shared } = base;
  return mergeTables(shared, own);
}

async function servicesOf(path: string, { files }: ImportInput): Promise<PlainTable | undefined> {
  const text = files.read(path.replace(/^\.\//, ""));
  if (text === undefined) return undefined;
  const services = (await tryParseTree({ path, name: path, text }))?.data.services;
  return isTable(services) ? services : undefined;
}
