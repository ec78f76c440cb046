/** The README taken apart, so that tests can hold it to its word. */
import { assert } from "@std/assert";

const README = new URL("../../README.md", import.meta.url);

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

/** Reads the README of this repository. */
export function readReadme(): Readme {
  return new Readme(Deno.readTextFileSync(README));
}

/** See {@linkcode readReadme}. */
export class Readme {
  readonly #text: string;

  constructor(text: string) {
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

  /** The lines that the README shows by indenting them. */
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
    assert(start >= 0, `The README has no table of "${heading}"`);
    const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
    return lines.slice(start + 2, end).map(cellsOf);
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

/** Whether output is what the README shows; `[…]` stands for anything within a line. */
export function matchesShown(expected: readonly string[], output: string): boolean {
  const lines = expected.map((line) => line.split("[…]").map(RegExp.escape).join(".*"));
  return new RegExp(`^${lines.join("\n")}$`).test(output.trimEnd());
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
}
