import type * as z from "zod/mini";
import { Refusal } from "./door.ts";

/** More than anything that the page asks for. */
const MOST_BYTES = 16 * 1024;

/** What a request brings, checked. @throws Refusal when it is too long, no JSON, or something else */
export async function readBody<T>(request: Request, schema: z.ZodMiniType<T>): Promise<T> {
  const result = schema.safeParse(parse(await readText(request)));
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join(".") ?? "";
  throw new Refusal(
    400,
    "web.bad_request",
    `This cannot be asked for: ${where || "the whole of it"}`,
  );
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let [text, length] = ["", 0];
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) {
      throw new Refusal(413, "web.too_large", "Too much was asked for at once");
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "web.bad_request", "This is no JSON");
  }
}
