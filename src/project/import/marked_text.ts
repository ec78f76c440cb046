// deno-lint-ignore-file no-control-regex
/** Around what stands for a variable in a text of a source, as `${…}` has it: no text that people write has it. */
const MARK = "\u0001";
const MARKED = /\u0001([A-Za-z_]\w*:[-?][^\u0001]*)\u0001/g;

/** What stands for a variable in a text of a source, until it is written; with what stands for it where it is not set. */
export function markVariable(name: string, fallback = ""): string {
  return `${MARK}${name}:-${fallback.replace(/[\u0001}]/g, "")}${MARK}`;
}

/** The same for a variable that must be set, with what is said where it is not. */
export function markRequired(name: string, complaint: string): string {
  return `${MARK}${name}:?${complaint.replace(/[\u0001}]/g, "")}${MARK}`;
}

/** What stands for a port of another job. */
export function markPort(job: string, port: string): string {
  return `${MARK}jobs.${job}.ports.${port}${MARK}`;
}

/** A path that is never empty: a variable that is not set stands for the directory of the file. */
export function pathOrHere(path: string): string {
  return withoutMarks(path) === "" ? path.replace(/:-(?=\u0001$)/, ":-.") : path;
}

/** True for a text in which variables are marked. */
export function hasMarks(text: string): boolean {
  return text.match(MARKED) !== null;
}

/** The parts of a text: those that stand for a variable, each whole, and what is between. */
export function splitMarks(text: string): { readonly text: string; readonly isMark: boolean }[] {
  return text.split(/(\u0001[^\u0001]*\u0001)/).map((part, at) => ({
    text: part,
    isMark: at % 2 === 1,
  }));
}

/** A text with what its variables are where they are not set. */
export function withoutMarks(text: string): string {
  return text.replace(MARKED, (_, inner: string) => /:-([^]*)$/.exec(inner)?.[1] ?? "");
}

/** Text in which nothing is filled in but marked variables: for every value but a command that is the shell's. */
export function literal(text: string): string {
  return shellText(text.replaceAll("$", "$$$$"));
}

/** Text for the shell, which fills in what is marked itself. */
export function shellText(text: string): string {
  return text.replace(MARKED, "${$1}");
}
