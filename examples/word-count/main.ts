/** `word-count FILE…` and `word-count < TEXT`: lines, words and bytes, as wc(1) has them. */
import { AppError, application, type ApplicationHandler, type Command } from "@imp/imp/rpc";

const encoder = new TextEncoder();

function count(text: string, name: string): Uint8Array {
  const lines = text.split("\n").length - 1;
  const words = text.match(/\S+/g)?.length ?? 0;
  return encoder.encode(`${lines} ${words} ${encoder.encode(text).length} ${name}\n`);
}

async function read(name: string, { cwd }: Command): Promise<string> {
  try {
    return await Deno.readTextFile(name.startsWith("/") ? name : `${cwd}/${name}`);
  } catch (cause) {
    throw new AppError("file.unreadable", `Cannot read "${name}": ${cause}`, { cause });
  }
}

const handler: ApplicationHandler = {
  async handle(command, output) {
    const { args, text = "" } = command;
    if (args.length === 0) await output.write(count(text, "-"));
    for (const name of args) await output.write(count(await read(name, command), name));
  },
};

Deno.exit(await application({ name: "word-count", handler }));
