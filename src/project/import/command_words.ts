import { literal, shellText } from "./marked_text.ts";
import type { WrittenCommand } from "./written_job.ts";

/** Words that mean the same to a shell, unquoted. */
const PLAIN = /^[A-Za-z0-9_./:@,+-]+$/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** A command of these words: as text where that means the same, as people write it. */
export function commandOf(words: readonly string[]): WrittenCommand {
  const [program = "", flag, text] = words;
  if (words.length === 3 && /^(?:\/bin\/)?sh$/.test(program) && flag === "-c") {
    return shellText(text!);
  }
  const isPlain = words.every((word) => PLAIN.test(word) || /^--?[\w-]+=[\w./:@,+-]*$/.test(word));
  return isPlain && !ASSIGNMENT.test(program) ? words.join(" ") : words.map(literal);
}
