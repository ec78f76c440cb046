import { messageOf } from "./app_error.ts";

/** A circle of causes, or a tower of them, helps nobody. */
const MOST_CAUSES = 8;

/** What was thrown, and why, and why that: `Cannot build: Cannot read "a.ts": No such file`. */
export function chainOf(error: unknown): string {
  const messages: string[] = [];
  for (let next = error; next !== undefined && messages.length < MOST_CAUSES;) {
    messages.push(messageOf(next));
    next = next instanceof Error ? next.cause : undefined;
  }
  return messages.join(": ");
}
