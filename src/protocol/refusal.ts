import type * as z from "zod/mini";

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  record: "an object",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

/** What a value must be where its own schema does not say it; for `safeParse`. */
export function sayWhatMustBe(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return "must be there";
  if (issue.code === "invalid_type") return `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  return "is not what it must be";
}

/** The first thing that is wrong, by its field: `stop_signal: must be a signal`. No value of a client is repeated. */
export function describeRefusal(error: z.core.$ZodError): string {
  const issue = error.issues[0]!;
  const path = issue.code === "invalid_key" ? issue.path.slice(0, -1) : issue.path;
  return `${formatPath(path) || "payload"}: ${messageOf(issue)}`;
}

function messageOf(issue: Issue): string {
  if (issue.code !== "invalid_key") return issue.message;
  return `each name ${issue.issues[0]?.message ?? issue.message}`;
}

const PLAIN = /^[A-Za-z_]\w{0,63}$/;
const LONGEST_NAME = 64;

function formatPath(path: readonly PropertyKey[]): string {
  const parts = path.map((key) =>
    typeof key === "number"
      ? `[${key}]`
      : PLAIN.test(String(key))
      ? `.${String(key)}`
      : `[${JSON.stringify(String(key).slice(0, LONGEST_NAME))}]`
  );
  return parts.join("").replace(/^\./, "");
}
