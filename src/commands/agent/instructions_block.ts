/** What a block that imp has written begins and ends with. */
const BEGIN = "<!-- imp: begin (written by imp agent instructions --write) -->";
const END = "<!-- imp: end -->";
const ANY_BEGIN = /<!-- imp: begin\b[^\n]*?-->/g;
const ANY_END = /<!-- imp: end -->/g;

/** What becomes of a text; `wrong`: its marks are not those of one block. */
export type Placed = { readonly text: string } | { readonly wrong: string };

/**
 * The text with the block between marks: in the place of the one that is there, around the same words without marks, or
 * behind all else.
 */
export function placeBlock(text: string, block: string): Placed {
  const begins = [...text.matchAll(ANY_BEGIN)];
  const ends = [...text.matchAll(ANY_END)];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const own = block.trimEnd().replaceAll("\n", newline);
  const marked = [BEGIN, own, END].join(newline);
  if (begins.length > 1 || ends.length > 1) return { wrong: "it has more than one block of imp" };
  const [begin, end] = [begins[0]?.index, ends[0]?.index];
  if (begin !== undefined && end !== undefined && begin < end) {
    return { text: text.slice(0, begin) + marked + text.slice(end + END.length) };
  }
  if (begin !== undefined) return { wrong: `${begins[0]![0]} has no ${END} behind it` };
  if (end !== undefined) return { wrong: `${END} has no beginning before it` };
  if (text.includes(own)) return { text: text.replace(own, () => marked) };
  const before = text === "" ? "" : `${text.trimEnd()}${newline}${newline}`;
  return { text: `${before}${marked}${newline}` };
}
