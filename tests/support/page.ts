/** Pages of the documentation taken apart, so that tests can hold them to their word. */
import { assert } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** A code block: its language and its lines. */
export interface CodeBlock {
  readonly language: string;
  readonly lines: readonly string[];
}

/** A command of a console block, and what it must print. */
export interface ConsoleStep {
  readonly command: string;
  readonly expected: readonly string[];
}

/** Reads a page of this repository by its path from the root. */
export function readPage(path: string): Page {
  return new Page(path, Deno.readTextFileSync(new URL(path, ROOT)));
}

/** Every page of this repository. */
export function readPages(): Page[] {
  return [...markdownFiles(ROOT)].sort().map(readPage);
}

/** See {@linkcode readPage}. */
export class Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
  }

  /** The blocks of a language, in order; those without one are of the language `""`. */
  blocks(language: string): CodeBlock[] {
    return [...this.#text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
      .map(([, each, body]) => ({ language: each!, lines: body!.trimEnd().split("\n") }))
      .filter((block) => block.language === language);
  }

  /** The commands of all console blocks, in order. */
  consoleSteps(): ConsoleStep[] {
    const steps: { command: string; expected: string[] }[] = [];
    for (const line of this.blocks("console").flatMap(({ lines }) => lines)) {
      if (line.startsWith("$ ")) steps.push({ command: line.slice(2), expected: [] });
      else steps.at(-1)!.expected.push(line);
    }
    return steps;
  }

  /** The lines that the page shows by indenting them. */
  indentedLines(): string[] {
    return this.#prose().filter((line) => /^ {4}\S/.test(line)).map((line) => line.trim());
  }

  /** Every `code` in running text and tables. */
  codeSpans(): string[] {
    return spansOf(this.#prose().join("\n").replace(/\n/g, " "));
  }

  /** The rows of the table whose first heading is `heading`, as cells. */
  table(heading: string): string[][] {
    const lines = this.#prose();
    const start = lines.findIndex((line) => cellsOf(line)[0] === heading);
    assert(start >= 0, `${this.path} has no table of "${heading}"`);
    const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
    return lines.slice(start + 2, end).map(cellsOf);
  }

  /** The lines of each part of a part of the page, by their headings. */
  sections(heading: string): ReadonlyMap<string, readonly string[]> {
    const parts = this.#prose().join("\n").split(/^## /m);
    const part = parts.find((text) => text.startsWith(`${heading}\n`));
    assert(part !== undefined, `${this.path} has no part "${heading}"`);
    return new Map(
      part.split(/^### /m).slice(1).map((text) => {
        const [title, ...lines] = text.split("\n");
        return [title!, lines.map((line) => line.trim())];
      }),
    );
  }

  /** The targets of all links that lead to another place of this repository. */
  links(): string[] {
    return [...this.#prose().join("\n").matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^[a-z]+:/.test(target));
  }

  /** What a link can name after `#`: the headings, as forges write them. */
  anchors(): string[] {
    return this.#prose().filter((line) => /^#+ /.test(line)).map(anchorOf);
  }

  /** The lines outside of code blocks. */
  #prose(): string[] {
    return this.#text.replace(/^```[^]*?^```$/gm, "").split("\n");
  }
}

/** Every `code` in a text. */
export function spansOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!.replaceAll("\\|", "|"));
}

/** Whether output is what a page shows; `[…]` stands for anything within a line. */
export function matchesShown(expected: readonly string[], output: string): boolean {
  const lines = expected.map((line) => line.split("[…]").map(RegExp.escape).join(".*"));
  return new RegExp(`^${lines.join("\n")}$`).test(output.trimEnd());
}

/** A heading in lower case, without punctuation, with hyphens for blanks. */
function anchorOf(heading: string): string {
  return heading.replace(/^#+ /, "").toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function* markdownFiles(directory: URL): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    if (name.startsWith(".") || name === "node_modules" || name === "dist") continue;
    if (isDirectory) yield* markdownFiles(new URL(`${name}/`, directory));
    else if (name.endsWith(".md")) yield new URL(name, directory).href.slice(ROOT.href.length);
  }
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
}
