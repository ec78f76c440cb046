import { splitWords } from "../../base/shell_words.ts";

/** What runs what the command is about. */
const RUNNERS =
  /^(npm|pnpm|yarn|bun|deno|make|just|task|cargo|go|rake|mix|poetry|uv|npx|bunx|bundle|node|nodemon|tsx|python3?|ruby|php|sh|bash)$/;
/** What stands between the two. */
const VERBS = /^(run|task|exec|x|watch)$/;

/** What a command is about, in a word: of `npm run dev` that is `dev`, of `node api.js` `api`. */
export function nameOfCommand(command: string): string {
  const last = command.trim().split(/&&|\n/).at(-1)!;
  const words = (splitWords(last) ?? last.split(/\s+/))
    .filter((word) => !/^(-|[A-Za-z_]\w*=)/.test(word))
    .map((word) => word.replace(/^.*\//, ""));
  const [first = "", ...rest] = words;
  const named = RUNNERS.test(first) ? rest.find((word) => !VERBS.test(word)) : undefined;
  return (named ?? first).replace(/\.[cm]?[jt]sx?$|\.(py|rb|php|sh)$/, "") || "job";
}
