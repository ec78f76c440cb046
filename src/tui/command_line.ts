import { quoteWord } from "../base/shell_words.ts";
import type { JobView } from "../protocol/job_view.ts";

/** What stands in place of a credential that is not shown: see daemon/secrets. */
const MASK = "***";

/** What `imp set JOB` is begun with, for a job as it is; nothing where that would change what is not shown. */
export function editedWords({ command }: JobView): string {
  const words = command.map(quoteWord).join(" ");
  return words.includes(MASK) || /[\r\n]/.test(words) ? "" : `-- ${words}`;
}
