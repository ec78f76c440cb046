import { decodeLines, type SourceLine } from "./source_lines.ts";
import { ProjectTree, toPlaceName } from "../project_tree.ts";

/** How the INI files of a tool differ from those of others. */
export interface IniDialect {
  /** Begins a remark at the start of a line. */
  readonly remark: RegExp;
  /** Begins one behind a value, with the blanks before it. */
  readonly inlineRemark?: RegExp;
  /** Between a key and its value. */
  readonly separator: RegExp;
  /** What a key is called among the others. */
  readonly toKey: (written: string) => string;
  /** Whether a line goes on with the next: by a backslash at its end, or by blanks at the start of that. */
  readonly continues: "backslash" | "indent";
  /** Whether a key that is there again adds to a list; else the last one counts. */
  readonly repeats: boolean;
}

/** A section of several of one name, or all of them. */
type Sections = Record<string, Record<string, string | string[]>>;

/** The sections of an INI file, each a table of texts, with their places. What stands before the first is in the section "". */
export function readIni(
  { name, text }: { readonly name: string; readonly text: string },
  dialect: IniDialect,
): ProjectTree {
  const sections: Sections = {};
  const places = new Map<string, { key: number; value: number }>();
  let section = "";
  let last: { section: string; key: string } | undefined;
  for (const line of logicalLines(text, dialect)) {
    const plain = line.text.trim();
    if (plain === "" || dialect.remark.test(plain)) continue;
    const header = /^\[(.+)\]\s*(?:[;#].*)?$/.exec(plain)?.[1];
    if (header !== undefined) {
      section = header.trim();
      ownTable(sections, section);
      places.set(toPlaceName([section]), { key: line.start, value: line.start });
      last = undefined;
      continue;
    }
    const value = withoutRemark(plain, dialect);
    if (dialect.continues === "indent" && /^\s/.test(line.text) && last) {
      addLine(sections, last, value);
      continue;
    }
    const [written = "", ...rest] = splitOnce(value, dialect.separator);
    const key = dialect.toKey(written.trim());
    last = { section, key };
    add(ownTable(sections, section), {
      key,
      value: rest.join("").trim(),
      repeats: dialect.repeats,
    });
    places.set(toPlaceName([section, key]), { key: line.start, value: line.start });
  }
  return ProjectTree.of(sections, name, { text, places });
}

function ownTable(sections: Sections, name: string): Record<string, string | string[]> {
  if (!Object.hasOwn(sections, name)) {
    Object.defineProperty(sections, name, { value: {}, enumerable: true, writable: true });
  }
  return sections[name]!;
}

function add(
  table: Record<string, string | string[]>,
  { key, value, repeats }: { key: string; value: string; repeats: boolean },
): void {
  const before = Object.hasOwn(table, key) ? table[key] : undefined;
  const now = repeats ? [...[before ?? []].flat(), value] : value;
  Object.defineProperty(table, key, {
    value: now,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function addLine(sections: Sections, last: { section: string; key: string }, line: string): void {
  const table = sections[last.section]!;
  const before = [table[last.key]!].flat();
  const value = [...before.slice(0, -1), `${before.at(-1)}\n${line}`];
  table[last.key] = Array.isArray(table[last.key]) ? value : value[0]!;
}

function withoutRemark(line: string, { inlineRemark }: IniDialect): string {
  const at = inlineRemark === undefined ? -1 : line.search(inlineRemark);
  return at < 0 ? line : line.slice(0, at).trimEnd();
}

function splitOnce(text: string, separator: RegExp): string[] {
  const found = separator.exec(text);
  if (!found) return [text];
  return [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}

function logicalLines(text: string, { continues, remark }: IniDialect): SourceLine[] {
  const lines = decodeLines(text);
  if (continues === "indent") return lines;
  const joined: SourceLine[] = [];
  let open: SourceLine | undefined;
  for (const line of lines) {
    // A remark within a value that goes on is passed by.
    if (open && remark.test(line.text.trim())) continue;
    const whole: SourceLine = open ? { ...open, text: `${open.text} ${line.text.trim()}` } : line;
    const isOpen = /\\$/.test(whole.text) && !remark.test(whole.text.trim());
    open = isOpen ? { ...whole, text: whole.text.slice(0, -1) } : undefined;
    if (!isOpen) joined.push(whole);
  }
  return open ? [...joined, open] : joined;
}
