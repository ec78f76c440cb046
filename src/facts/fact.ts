/**
 * `facts/` is the one home of every file that outlives a process and is read by another one, but for the database and
 * the output of runs: a file here per kind of file there, with its schema, its writer, its reader, and in `testdata/` the
 * text that each release wrote, which must be read for ever. What is read may be of an older or a newer release, half
 * written, or anybody's: it is judged whole, by its schema, and never trusted to be there. It decides nothing.
 */
import type * as z from "zod/mini";
import { messageOf } from "../base/app_error.ts";
import { readTextFile } from "../platform/read_text_file.ts";

/** What there was to read. */
export type Fact<T> =
  | { readonly is: "missing" }
  /** Not what a release of ours writes; `problem` says where. */
  | { readonly is: "damaged"; readonly problem: string }
  | { readonly is: "sound"; readonly value: T };

/** Reads a file of JSON by its schema; never throws. */
export function readFact<T>(path: string, schema: z.ZodMiniType<T>): Fact<T> {
  let text: string | undefined;
  try {
    text = readTextFile(path);
  } catch (error) {
    return { is: "damaged", problem: messageOf(error) };
  }
  return text === undefined ? { is: "missing" } : parseFact(text, schema);
}

/** The same for a text that was read already. */
export function parseFact<T>(text: string, schema: z.ZodMiniType<T>): Fact<T> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { is: "damaged", problem: text === "" ? "it is empty" : "it is no JSON" };
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { is: "sound", value: parsed.data };
  return { is: "damaged", problem: describeIssues(parsed.error.issues) };
}

/** The places that are wrong, in one line. */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const places = issues.map(({ path, message }) => `${path.join(".") || "all of it"}: ${message}`);
  return [...new Set(places)].join("; ");
}

/** A fact as one line of JSON, as all of them are written. */
export function formatFact(value: unknown): string {
  return JSON.stringify(value) + "\n";
}

/** What is known; undefined when the file is missing or damaged. */
export function valueOf<T>(fact: Fact<T>): T | undefined {
  return fact.is === "sound" ? fact.value : undefined;
}
