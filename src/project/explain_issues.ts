import type * as z from "zod/mini";
import { isTable } from "../config/plain_table.ts";
import { explainKey } from "./foreign_keys.ts";
import type { TreePath } from "./project_tree.ts";

/** What is wrong with an entry, from its table on. */
export interface Finding {
  readonly path: TreePath;
  /** Whether the key is what is wrong, or what is set there. */
  readonly of: "key" | "value";
  readonly message: string;
  readonly hint?: string | undefined;
}

type Issue = z.core.$ZodIssue;

const LONGEST_SHOWN = 60;

/** What a schema has against a value at `path`, in words; `written` finds what stands in the file. */
export function explainIssues(
  issues: readonly Issue[],
  path: TreePath,
  written: (path: TreePath) => unknown,
): Finding[] {
  const strange = issues.filter(({ code }) => code === "unrecognized_keys");
  // A key that is misspelled is also missing by its name; that is said once.
  const told = strange.length === 0
    ? issues
    : issues.filter((issue) => !follows(issue, strange, (inner) => written([...path, ...inner])));
  return told.flatMap((issue) => explainIssue(issue, path, written));
}

function follows(issue: Issue, strange: readonly Issue[], written: (path: TreePath) => unknown) {
  const path = issue.path as (string | number)[];
  if (strange.includes(issue)) return false;
  const isOf = (table: readonly PropertyKey[]) => strange.some((each) => isSame(each.path, table));
  return isOf(path) || (written(path) === undefined && isOf(path.slice(0, -1)));
}

function isSame(one: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

function explainIssue(
  issue: Issue,
  base: TreePath,
  written: (path: TreePath) => unknown,
): Finding[] {
  const path = [...base, ...issue.path as (string | number)[]];
  if (issue.code === "invalid_union") {
    // Of several forms that is meant which has the type.
    const meant = issue.errors.find((branch) => hasRightType(branch, written(path)));
    if (meant) return explainIssues(meant, path, written);
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({
      path: [...path, name],
      of: "key",
      ...explainKey(name, path, issue.message.split(", ")),
    }));
  }
  if (issue.code === "invalid_key") {
    const message = `the key ${issue.issues[0]?.message}`;
    return [{ path, of: "key", message }];
  }
  const value = written(path);
  const isMissing = issue.code === "invalid_type" && value === undefined;
  const message = isMissing ? "is missing" : `${issue.message}${notWhat(issue, value)}`;
  return [{ path, of: "value", message }];
}

/** Whether a form of a value, by what is said against it, is at least of its type. */
function hasRightType(branch: readonly Issue[], value: unknown): boolean {
  return branch.every((issue) => {
    if (issue.path.length > 0) return true;
    if (issue.code === "invalid_union") {
      return issue.errors.some((each) => hasRightType(each, value));
    }
    if (issue.code === "invalid_value") return typeof issue.values[0] === typeof value;
    return issue.code !== "invalid_type";
  });
}

function notWhat({ message }: Issue, value: unknown): string {
  return message.startsWith("must be") && value !== undefined ? `, not ${showValue(value)}` : "";
}

/** No more of a value than tells which is meant; a variable stands by its name, as it is written. */
function showValue(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(
      value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value,
    );
  }
  if (Array.isArray(value)) return "a list";
  if (isTable(value)) return "a table";
  if (value === null) return "nothing";
  return value instanceof Date ? "a date" : String(value);
}
