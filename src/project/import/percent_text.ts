const MARKS = /%%|%\((\w+)\)([-+ 0#]*)(\d*)([sdi])/g;

/** A text with Python's `%(name)s` and `%(name)02d` filled in; what `find` does not know stays. */
export function expandPercent(
  text: string,
  find: (name: string) => string | number | undefined,
): string {
  return text.replace(MARKS, (mark, name: string | undefined, flags = "", width = "") => {
    if (name === undefined) return "%";
    const value = find(name);
    if (value === undefined) return mark;
    const size = Number(width);
    if (flags.includes("-")) return String(value).padEnd(size);
    return String(value).padStart(size, flags.includes("0") ? "0" : " ");
  });
}
