/** Whatever imp prints with `--json` in a test is what docs/output.schema.json says. */
import { findCommand, subcommandsOf } from "../../src/commands/frame/find_command.ts";
import { ArgReader, GLOBAL_FLAGS } from "../../src/commands/frame/parse_args.ts";
import { COMMANDS } from "../../src/commands/index.ts";
import type { JsonSchema } from "./json_schema.ts";
import { schemaProblems } from "./schema_problems.ts";

/** What a call said. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** What is to be printed by a call. */
export interface JsonCall {
  readonly name: string;
  /** Only the fields that were asked for. */
  readonly isPartial: boolean;
}

const SCHEMA: JsonSchema & { commands: Record<string, JsonSchema>; error: JsonSchema } = JSON.parse(
  Deno.readTextFileSync(new URL("../../docs/output.schema.json", import.meta.url)),
);
const IMP = /(?:^|\/)(?:imp(?:-[\w.]+)?|main\.js|main\.ts)$/;

/** Fails when a command line has imp print JSON and what it said so far is something else. */
export function expectJsonOutput(command: readonly string[], { stdout, stderr }: Said): void {
  const args = wordsOfImp(command);
  const call = args && jsonCallOf(args);
  if (args === undefined || call === undefined) return;
  const schema = SCHEMA.commands[call.name];
  const problems = [
    ...schema === undefined && stdout !== "" ? [`docs/output.schema.json lacks ${call.name}`] : [],
    ...wholeLines(stdout).flatMap((line) => problemsOf(line, schema ?? {}, call)),
    ...wholeLines(stderr).filter((line) => line.startsWith('{"error"'))
      .flatMap((line) => problemsOf(line, SCHEMA.error, { ...call, isPartial: false })),
  ];
  if (problems.length === 0) return;
  throw new Error(
    `imp ${args.join(" ")} prints what its schema does not say (IMP_GOLDEN=update deno test -A ` +
      `tests/output_schema_test.ts writes that anew):\n${problems.slice(0, 20).join("\n")}`,
  );
}

/** What command a call is of, and undefined when it prints no JSON. */
export function jsonCallOf(args: readonly string[]): JsonCall | undefined {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const isPartial = own.some((word) => /^--fields(=|$)/.test(word));
  if (!isPartial && !own.includes("--json")) return undefined;
  if (own.some((word) => word === "--version" || word === "-V")) {
    return { name: "version", isPartial };
  }
  if (own.some((word) => word === "--help" || word === "-h")) return { name: "help", isPartial };
  const name = commandOf(args);
  return name === undefined ? undefined : { name, isPartial };
}

function commandOf(args: readonly string[]): string | undefined {
  const words = new ArgReader(args);
  try {
    words.readFlags(GLOBAL_FLAGS);
    const word = words.takeWord();
    if (word === undefined) return "overview";
    if (subcommandsOf(COMMANDS, word).length === 0) return findCommand(COMMANDS, word)?.name;
    words.readFlags(GLOBAL_FLAGS);
    return findCommand(COMMANDS, `${word} ${words.takeWord()}`)?.name;
  } catch {
    // It is told what was wrong with it, and prints nothing.
    return undefined;
  }
}

function wordsOfImp(command: readonly string[]): readonly string[] | undefined {
  const at = command.findIndex((word) => IMP.test(word));
  return at < 0 ? undefined : command.slice(at + 1);
}

/** Of a process that was killed the last line may be half of one. */
function wholeLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

function problemsOf(line: string, schema: JsonSchema, { isPartial }: JsonCall): string[] {
  try {
    return schemaProblems(JSON.parse(line), schema, { root: SCHEMA, isPartial });
  } catch (error) {
    if (error instanceof SyntaxError) return [`no JSON: ${line.slice(0, 200)}`];
    throw error;
  }
}
