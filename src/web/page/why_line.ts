/// <reference lib="dom" />
import { isInTrouble } from "../../protocol/is_in_trouble.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { formatStatus } from "../../view/status_words.ts";
import type { Connection } from "./connection.ts";
import { element, setText } from "./element.ts";

/** What `imp why` says first of a job. */
interface WhyAnswers {
  readonly result: {
    readonly answers: readonly { readonly message: string; readonly hint: string | null }[];
  };
}

/** Why the chosen job is in trouble, asked for when that begins. */
export class WhyLine {
  readonly root = element("p", { class: "bad reason" });
  readonly #connection: Connection;
  #shown = "";

  constructor(connection: Connection) {
    this.#connection = connection;
    this.root.hidden = true;
  }

  /** Shows it for this job; resolves when it is known. */
  async show(project: string, job: JobView): Promise<void> {
    const isBad = isInTrouble(job);
    const key = isBad ? `${project} ${job.id} ${job.run} ${formatStatus(job)}` : "";
    if (key === this.#shown) return;
    this.#shown = key;
    this.#say("");
    if (!isBad) return;
    const { result } = await this.#connection.ask<WhyAnswers>("why", { project, job: job.id });
    const [answer] = result.answers;
    if (answer === undefined || this.#shown !== key) return;
    this.#say(answer.hint === null ? answer.message : `${answer.message}. ${answer.hint}`);
  }

  #say(text: string): void {
    setText(this.root, text);
    this.root.hidden = text === "";
  }
}
