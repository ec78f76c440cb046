import { AppError } from "../../base/app_error.ts";

/** What all clients together may have of the daemon. */
export interface BudgetLimits {
  /** Requests that are not answered yet, and subscriptions. */
  readonly requests: number;
  /** What waits for clients that do not read, and what they have sent that is not done yet. */
  readonly bytes: number;
}

/** What a client's bytes are held for. */
type Purpose = "replies" | "events" | "frame" | "requests" | "stdin";

/** Ends a client that has more than any other when there is no more to be had. */
type EndGreedy = (error: AppError, kind: keyof BudgetLimits) => void;

/**
 * The sum over all clients. What each may have is bounded elsewhere; many of them together would still be too much.
 * When there is no more to be had, who has the most has to go: somebody with one request never finds the daemon full.
 */
export class ClientBudget {
  readonly #limits: () => BudgetLimits;
  readonly #shares = new Set<ClientShare>();
  readonly #sums = { requests: 0, bytes: 0 };

  constructor(limits: () => BudgetLimits) {
    this.#limits = limits;
  }

  /** How much all have. */
  get sums(): BudgetLimits {
    return { ...this.#sums };
  }

  /** How much all may have. */
  get limits(): BudgetLimits {
    return this.#limits();
  }

  /** The share of a new client, to be disposed of when it is gone. */
  open(end: EndGreedy): ClientShare {
    const share = new ClientShare(this, end);
    this.#shares.add(share);
    return share;
  }

  /** Only for shares: one has more requests, or less. False when there is no room, and no other has more. */
  changeRequests(share: ClientShare, by: number): boolean {
    // Who has its part of it can be told to wait: nobody needs to be ended for that.
    const fairPart = this.#limits().requests / this.#shares.size;
    const least = share.requests > fairPart ? Infinity : share.requests + 1;
    return this.#change(share, "requests", { by, least, beyond: 0 });
  }

  /** Only for shares: one holds more bytes, or less. False when there is no room, and no other has as many. */
  changeBytes(share: ClientShare, by: number): boolean {
    const isFirst = share.bytes === by;
    // Beside the rest there is room for one answer, however large: it was asked for.
    const [least, beyond] = isFirst ? [0, by] : [share.bytes, 0];
    return this.#change(share, "bytes", { by, least, beyond });
  }

  #change(
    share: ClientShare,
    kind: keyof BudgetLimits,
    { by, least, beyond }: { by: number; least: number; beyond: number },
  ): boolean {
    if (!this.#shares.has(share)) return true;
    this.#sums[kind] += by;
    while (by > 0 && this.#sums[kind] > this.#limits()[kind] + beyond) {
      const other = this.#greediestBeside(share, kind);
      if (other === undefined || other[kind] < least) return false;
      this.drop(other);
      other.end(kind, this.#limits()[kind]);
    }
    return true;
  }

  #greediestBeside(share: ClientShare, kind: keyof BudgetLimits): ClientShare | undefined {
    let found: ClientShare | undefined;
    for (const each of this.#shares) {
      if (each !== share && each[kind] > (found?.[kind] ?? 0)) found = each;
    }
    return found;
  }

  /** Only for shares: this one counts no more. */
  drop(share: ClientShare): void {
    if (!this.#shares.delete(share)) return;
    this.#sums.requests -= share.requests;
    this.#sums.bytes -= share.bytes;
  }
}

/** What one client has of it. */
export class ClientShare implements Disposable {
  readonly #budget: ClientBudget;
  readonly #end: EndGreedy;
  readonly #held: Record<Purpose, number> = {
    ...{ replies: 0, events: 0, frame: 0, requests: 0, stdin: 0 },
  };
  #requests = 0;

  constructor(budget: ClientBudget, end: EndGreedy) {
    this.#budget = budget;
    this.#end = end;
  }

  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    const { replies, events, frame, requests, stdin } = this.#held;
    return replies + events + frame + requests + stdin;
  }

  /** One more request; false when there is no room for it. */
  tryAddRequest(): boolean {
    this.#requests++;
    if (this.#budget.changeRequests(this, 1)) return true;
    this.removeRequest();
    return false;
  }

  /** A request is answered. */
  removeRequest(): void {
    this.#requests--;
    this.#budget.changeRequests(this, -1);
  }

  /** So many bytes are held for this client; what it had held none of may be as large as it likes. */
  hold(purpose: Purpose, bytes: number): void {
    const by = bytes - this.#held[purpose];
    this.#held[purpose] = bytes;
    if (this.#budget.changeBytes(this, by)) return;
    this.#budget.drop(this);
    this.end("bytes", this.#budget.limits.bytes);
  }

  /** More of the same, or less. */
  holdMore(purpose: Purpose, by: number): void {
    this.hold(purpose, this.#held[purpose] + by);
  }

  /** Why the budget has no more for this client. */
  refusal(kind: keyof BudgetLimits): AppError {
    return tooGreedy(kind, this.#budget.limits[kind]);
  }

  /** Only for the budget: there is not enough for this client. */
  end(kind: keyof BudgetLimits, most: number): void {
    this.#end(tooGreedy(kind, most), kind);
  }

  [Symbol.dispose](): void {
    this.#budget.drop(this);
  }
}

function tooGreedy(kind: keyof BudgetLimits, most: number): AppError {
  return kind === "requests"
    ? new AppError(
      "limit.open_requests",
      `Too many requests at once: all clients together can have ${most}, and this one has its part`,
      { hint: "Wait for answers, or raise max_open_requests in the settings" },
    )
    : new AppError(
      "limit.pending_bytes",
      `Too much waits for clients: ${most} bytes can, and for none waits more than for this one`,
      { hint: "Read what is sent, or raise max_pending_bytes in the settings" },
    );
}
