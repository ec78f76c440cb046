import { AppError, messageOf, toErrorShape } from "../../base/app_error.ts";
import type { Logger } from "../../base/logger.ts";
import type { RequestMessage } from "../../protocol/message.ts";

/** A reply's data, and what follows it. */
export interface Answer {
  readonly data: unknown;
  readonly afterReply: readonly (() => void)[];
}

/** What answers are made with. */
export interface ClientAnswersOptions {
  readonly logger: Logger;
  /** Answers a request; what it throws becomes the error of the reply. */
  readonly dispatch: (request: RequestMessage) => Promise<Answer>;
  /** Resolves when the reply may go out, undefined when it may at once; asked when the request is done. */
  readonly mayReply: (request: RequestMessage) => Promise<void> | undefined;
  /** Sends a control message. */
  readonly push: (message: unknown) => void;
}

/** Has one client's requests done and tells it how that went, once what was done cannot be lost any more. */
export class ClientAnswers {
  readonly #options: ClientAnswersOptions;
  /** Replies to what is done, and only not yet on the disk. */
  readonly #owed = new Set<Promise<void>>();

  constructor(options: ClientAnswersOptions) {
    this.#options = options;
  }

  /** Resolves when the client was told; never rejects. */
  async answer(request: RequestMessage): Promise<void> {
    const sendReply = await this.#handle(request);
    const allowed = this.#options.mayReply(request);
    if (allowed === undefined) return sendReply();
    const reply = allowed.then(sendReply);
    this.#owed.add(reply);
    try {
      await reply;
    } finally {
      this.#owed.delete(reply);
    }
  }

  /** Resolves when everything that is done was told; undefined when it was already. */
  settled(): Promise<unknown> | undefined {
    return this.#owed.size > 0 ? Promise.allSettled(this.#owed) : undefined;
  }

  /** Does what is asked for; what it returns tells the client, and does what follows that. */
  async #handle(request: RequestMessage): Promise<() => void> {
    const { id, type } = request;
    const { dispatch, logger, push } = this.#options;
    try {
      const { data, afterReply } = await dispatch(request);
      return () => {
        push({ id, ok: true, data });
        afterReply.forEach((action) => action());
      };
    } catch (error) {
      if (!(error instanceof AppError)) {
        const message = messageOf(error);
        logger.error("A request hit a bug", { request: type, error: message });
      }
      return () => push({ id, ok: false, error: toErrorShape(error) });
    }
  }
}
