import { markRequired, markVariable } from "./marked_text.ts";

/** `$$`, `${NAME…}` with one more of these in it, `$NAME`. */
const MARKS = /\$\$|\$\{((?:[^{}$]|\$(?!\{)|\$\{[^{}]*\})*)\}|\$([A-Za-z_]\w*)/g;

/**
 * Marks the variables of a text as docker compose and process-compose fill them in before they look at it, with a dollar
 * written twice. `onStrange` hears of what imp.yaml has no form for: the variable stays, and what is made of it is lost.
 */
export function markVariables(text: string, onStrange: (written: string) => void): string {
  return text.replace(MARKS, (mark, inner: string | undefined, bare: string | undefined) => {
    if (mark === "$$") return "$";
    if (bare !== undefined) return markVariable(bare);
    const [, name, operator = "", word = ""] = /^([A-Za-z_]\w*)(:?[-?])?([^]*)$/.exec(inner!) ?? [];
    if (name === undefined || (operator === "" && word !== "") || word.includes("${")) {
      onStrange(mark);
      return name === undefined ? mark : markVariable(name);
    }
    return operator.endsWith("?") ? markRequired(name, word) : markVariable(name, word);
  });
}
