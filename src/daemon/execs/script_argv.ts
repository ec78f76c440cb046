/** Linux takes no argument of more than 128 KiB (MAX_ARG_STRLEN, execve(2)); a character is at most 3 bytes a unit. */
const MOST_UNITS = 40_000;

/** argv that has `sh` run a script. One that is too long for an argument is put together again by the shell. */
export function toArgv(script: string): string[] {
  if (script.length <= MOST_UNITS) return ["/bin/sh", "-c", script];
  const parts: string[] = [];
  for (let at = 0; at < script.length;) {
    const end = partEnd(script, at);
    parts.push(script.slice(at, end));
    at = end;
  }
  const words = parts.map((_, index) => `\${${index + 1}}`).join("");
  return ["/bin/sh", "-c", `imp_script="${words}"; set --; eval "$imp_script"`, "sh", ...parts];
}

/** Never between the two halves of a surrogate pair. */
function partEnd(script: string, at: number): number {
  const end = at + MOST_UNITS;
  const last = script.charCodeAt(end - 1);
  return last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
