import { Document, isMap, visit, type YAMLMap, type YAMLSeq } from "yaml";
import { type Loss, oneLine } from "./losses.ts";
import type { SettledJob } from "./settle_jobs.ts";
import type { WrittenEnvFile, WrittenJob, WrittenProject } from "./written_job.ts";

/** What is written into imp.yaml. */
export interface ImpYamlContent {
  /** Lines of remarks at the top, without their `#`. */
  readonly head: readonly string[];
  readonly project: WrittenProject;
  readonly jobs: readonly SettledJob[];
  readonly losses: readonly Loss[];
}

const EXAMPLE = `jobs: {}
  # api:
  #   command: npm run dev
  #   ports: { http: auto }
  #   ready: { http: "http://127.0.0.1:\${ports.http}/" }
`;
/** Longer than this a table or list has a line an entry. */
const LONGEST_FLOW = 60;

/** The text of an imp.yaml, the same for the same content; in it stands, as a remark, what is not carried over. */
export function writeImpYaml({ head, project, jobs, losses }: ImpYamlContent): string {
  const names = new Set(jobs.map(({ source }) => source));
  const ofFile = losses.filter(({ job }) => job === undefined || !names.has(job));
  const top = [
    ...head.map((line) => `# ${line}\n`),
    ...ofFile.map(({ job, ...loss }) =>
      `# ${describeLoss(job === undefined ? loss : { ...loss, key: `${job}: ${loss.key}` })}\n`
    ),
    ...entries(project),
  ];
  const written = jobs.map((job) => {
    const lost = losses.filter((loss) => loss.job === job.source).map(describeLoss);
    const lines = [
      ...job.remarks.map((remark) => `# ${oneLine(remark)}\n`),
      ...entries(job.job),
      ...lost.map((loss) => `# ${loss}\n`),
    ].join("");
    return `  ${toKey(job.name)}:\n${indent(lines, "    ")}`;
  });
  const body = jobs.length === 0 ? EXAMPLE : `jobs:\n${written.join("\n")}`;
  return [top.join(""), body].filter((part) => part !== "").join("\n");
}

/** `not carried over: instances: 4 (imp has no copies)`. */
function describeLoss({ key, value, why }: Loss): string {
  const what = value === undefined ? key : `${key}: ${value}`;
  return `not carried over: ${oneLine(what)} (${oneLine(why)})`;
}

function entries(table: object): string[] {
  return Object.entries(table)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => toYaml({ [key]: shorten(key, value) }));
}

/** The shortest form that the schema has for the same. */
function shorten(key: string, value: unknown): unknown {
  if (key === "env_file") {
    const files = (value as readonly WrittenEnvFile[]).map((file) =>
      file.required ? file.path : file
    );
    return files.length === 1 ? files[0] : files;
  }
  if (key === "watch") {
    const { paths, ...others } = value as NonNullable<WrittenJob["watch"]>;
    return Object.values(others).every((each) => each === undefined) ? paths : value;
  }
  return value;
}

/** A table of one key, as YAML. */
function toYaml(table: Readonly<Record<string, unknown>>): string {
  const document = new Document(table, { compat: "yaml-1.1", aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node, path) {
      // The table of one key itself, and what holds one that is long, has a line an entry.
      if (path.length > 1) node.flow = isShort(node.toJSON());
      padAsUsual(node);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** `{ a: 1 }` and `[a, b]`, as formatters write it; the package has but one padding for both. */
function padAsUsual(node: YAMLMap | YAMLSeq): void {
  const toString = node.toString;
  const flowCollectionPadding = isMap(node) ? " " : "";
  node.toString = (context, ...others) =>
    toString.call(node, context && { ...context, flowCollectionPadding }, ...others);
}

function isShort(value: unknown): boolean {
  const text = JSON.stringify(value);
  return text.length <= LONGEST_FLOW && !text.includes("\\n");
}

function toKey(name: string): string {
  return toYaml({ [name]: 0 }).replace(/: 0\n$/, "");
}

/** Also empty lines within a text keep their place: YAML reads them without indentation, too. */
function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}
