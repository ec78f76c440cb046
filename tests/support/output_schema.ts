/** What commands print with `--json`, as JSON Schema. */
import * as z from "zod/mini";
import { readComments } from "./field_comments.ts";
import { CODE_NAMES, DIALECT, type JsonSchema } from "./json_schema.ts";
import { ListedJob, PlannedJob, StartedJob, SummedJob, UpJob } from "./outputs/job_shapes.ts";
import { ShownDaemon } from "./outputs/daemon_shapes.ts";
import type { Output } from "./outputs/output.ts";
import { OUTPUT_NAMES, OUTPUTS } from "./outputs/outputs.ts";
import { TYPE_NAMES } from "./protocol_names.ts";

const COMMENTS = new Map([
  ...readComments(new URL("../../src/protocol/", import.meta.url)),
  ...readComments(new URL("outputs/", import.meta.url)),
]);

/** What objects are made of, and the protocol's words for it. */
const PARTS: ReadonlyMap<z.ZodMiniType, string> = new Map<z.ZodMiniType, string>([
  ...[...TYPE_NAMES].filter(([, name]) =>
    /^(Job|JobStatus|Run|LeftProcess|Survivor|Daemon|Exec|Counters|EventName|Snapshot|ErrorBody)$/
      .test(name)
  ),
  ...Object.entries({ ListedJob, SummedJob, StartedJob, PlannedJob, UpJob, ShownDaemon })
    .map(([name, schema]) => [schema, name] as const),
]);

/** What is another thing and more: whose fields are those of that one. */
const EXTENDED: Readonly<Record<string, string>> = {
  ListedJob: "Job",
  SummedJob: "Job",
  AddedJob: "Job",
  StartedJob: "Job",
  ShownJob: "Job",
  UpJob: "Job",
  ShownDaemon: "Daemon",
  DaemonStatus: "Daemon",
};

/** The outputs of all commands, and what they are made of. */
export function outputSchema(): JsonSchema {
  const names = new Map([
    ...Object.entries(OUTPUT_NAMES).map(([name, schema]) => [schema, name] as const),
    ...PARTS,
  ]);
  const definitions = definitionsOf(names);
  const refer = (schema: z.ZodMiniType) => ({ $ref: `#/$defs/${names.get(schema)}` });
  const describe = ({ list, shapes }: Output) => ({
    ...list !== undefined && { list },
    anyOf: shapes.map(refer),
  });
  return {
    $schema: DIALECT,
    title: "What the commands of imp print with --json",
    description:
      "`commands` is no keyword of JSON Schema: it has what each command prints, in lines of any of " +
      "these where it goes on, and in `list` the list that --fields means. Of this version: a later " +
      "one may have more fields and words. `imp schema COMMAND` prints the part of one command.",
    commands: Object.fromEntries(
      Object.entries(OUTPUTS).map(([name, output]) => [name, describe(output)]),
    ),
    error: { $ref: "#/$defs/Error" },
    $defs: {
      ...definitions,
      Error: {
        type: "object",
        description: "The line on stderr of a call that failed.",
        properties: { error: { $ref: "#/$defs/ErrorBody" } },
        required: ["error"],
        additionalProperties: false,
      },
    },
  };
}

function definitionsOf(names: ReadonlyMap<z.ZodMiniType, string>): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: "output", uri: (id) => `#/$defs/${id}` });
  const all = schemas as unknown as Record<string, JsonSchema>;
  for (const [name, base] of Object.entries(EXTENDED)) shareFields(all[name]!, all[base]!, base);
  return Object.fromEntries(
    Object.entries(all).filter(([id]) => id !== "__shared").sort(([a], [b]) => a < b ? -1 : 1)
      .map(([id, { $schema: _, $id: __, ...schema }]) => {
        for (const place of placesOf(id)) addComments(schema, place);
        addFormats(schema);
        return [id, schema];
      }),
  );
}

/** What is the same field there is said there. */
function shareFields(schema: JsonSchema, base: JsonSchema, name: string): void {
  for (const [field, own] of Object.entries(schema.properties!)) {
    if (JSON.stringify(own) !== JSON.stringify(base.properties![field])) continue;
    schema.properties![field] = { $ref: `#/$defs/${name}/properties/${field}` };
  }
}

/** What is passed on as the daemon replied it. */
const REPLIES: Readonly<Record<string, string>> = {
  ShownJob: "get_job",
  StoppedJobs: "stop",
  DownJobs: "stop",
  RestartedJobs: "restart",
  ChangedJobs: "set",
  AddedJob: "add",
  PlannedJob: "apply",
};
const TABLES = ["JOB_SHAPES", "STREAM_SHAPES", "PROJECT_SHAPES", "DAEMON_SHAPES"];

/** What is a time is told by its name. */
function addFormats(part: JsonSchema): void {
  for (const [name, property] of Object.entries(part.properties ?? {})) {
    const isText = [property.type].flat().includes("string");
    if (isText && /^time$|_at$/.test(name)) property.format = "date-time";
  }
  for (const value of Object.values(part)) {
    if (typeof value === "object" && value !== null) addFormats(value as JsonSchema);
  }
}

/** Where the comments of a schema may stand. */
function placesOf(id: string): string[] {
  const code = CODE_NAMES[id] ?? id;
  const reply = REPLIES[id] === undefined ? [] : [`REPLIES.${REPLIES[id]}`];
  return [code, ...TABLES.map((table) => `${table}.${code}`), ...reply];
}

function addComments(schema: JsonSchema, place: string): void {
  const own = COMMENTS.get(place);
  if (own !== undefined && schema.$ref === undefined) schema.description ??= own;
  addCommentsWithin(schema, place);
}

/** Also of what stands in a list, or is one of several. */
function addCommentsWithin({ properties = {}, items, anyOf = [] }: JsonSchema, place: string) {
  for (const [name, property] of Object.entries(properties)) {
    addComments(property, `${place}.${name}`);
  }
  const within = [items, ...anyOf as JsonSchema[]] as (JsonSchema | undefined)[];
  for (const part of within) if (part !== undefined) addCommentsWithin(part, place);
}
