import { AppError, type ApplicationHandler, type Command, type CommandOutput } from "@imp/imp/rpc";

/** What a file was when it was built, and what came of it. */
interface Built {
  readonly modifiedAtMs: number;
  readonly html: string;
}

const encoder = new TextEncoder();

/** Builds files, and remembers what it has built: that is why it is a daemon. */
export class BuildServer implements ApplicationHandler {
  readonly #cache = new Map<string, Built>();

  async handle(command: Command, output: CommandOutput, cancel: AbortSignal): Promise<number> {
    if (command.args.length === 0) {
      await output.writeError(encoder.encode("usage: build-server FILE…\n"));
      return 2;
    }
    let built = 0;
    for (const name of command.args) {
      cancel.throwIfAborted();
      const path = name.startsWith("/") ? name : `${command.cwd}/${name}`;
      const { html, isNew } = await this.#build(path);
      if (isNew) built++;
      await output.write(encoder.encode(html));
    }
    const kept = command.args.length - built;
    await output.writeError(encoder.encode(`built ${built}, kept ${kept}\n`));
    return 0;
  }

  async #build(path: string): Promise<{ html: string; isNew: boolean }> {
    const modifiedAtMs = await modifiedAt(path);
    const known = this.#cache.get(path);
    if (known?.modifiedAtMs === modifiedAtMs) return { html: known.html, isNew: false };
    const html = toHtml(await Deno.readTextFile(path));
    this.#cache.set(path, { modifiedAtMs, html });
    return { html, isNew: true };
  }
}

async function modifiedAt(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? 0;
  } catch (cause) {
    throw new AppError("file.unreadable", `Cannot read "${path}"`, {
      hint: "Name files that are there, seen from the directory you are in",
      cause,
    });
  }
}

/** Headings and paragraphs; a real one would take a library that takes a second to load. */
function toHtml(markdown: string): string {
  const blocks = markdown.trim().split(/\n{2,}/);
  return blocks.map((block) => {
    const [, marks, title] = /^(#{1,6}) (.*)$/.exec(block) ?? [];
    return marks === undefined
      ? `<p>${escape(block)}</p>\n`
      : `<h${marks.length}>${escape(title!)}</h${marks.length}>\n`;
  }).join("");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
