import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { type BuildInfo, PROTOCOL_VERSION } from "../../base/version.ts";
import type { Settings } from "../../config/settings.ts";
import type { Hello } from "../../protocol/hello.ts";
import type { RequestMessage } from "../../protocol/message.ts";
import { traitsOf } from "../../protocol/request_traits.ts";
import type { ClientShare } from "./client_budget.ts";
import type { ClientWork } from "./client_work.ts";
import { RateLimiter } from "./rate_limiter.ts";

/** So many requests of one client may be unanswered; those that wait for a job can take their time. */
const MOST_OPEN_REQUESTS = 1_000;

/** What a gate goes by. */
export interface RequestGateOptions {
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** The daemon's. */
  readonly build: BuildInfo;
  /** What the client waits for already. */
  readonly work: ClientWork;
  readonly share: ClientShare;
  /** Why nobody more may wait or follow; undefined when there is a place. */
  readonly refuseFollower: () => AppError | undefined;
}

/** Says of each request of a client whether it may come in at all, before anybody looks into it. */
export class RequestGate {
  readonly #options: RequestGateOptions;
  readonly #limiter: RateLimiter;

  constructor(options: RequestGateOptions) {
    const { clock, settings } = options;
    this.#options = options;
    this.#limiter = new RateLimiter(clock, {
      perSecond: settings().requestsPerSecond,
      burst: settings().requestBurst,
    });
  }

  /** Lets a request in, which is counted in the client's share from now on, or says why it may not come. */
  admit(request: RequestMessage, client: Hello): AppError | undefined {
    const { work, share, refuseFollower } = this.#options;
    const refusal = this.#refusal(request, client);
    if (refusal !== undefined) return refusal;
    const beginsToWait = !work.isWaiting && traitsOf(request.type)?.nature === "follows";
    const noPlace = beginsToWait ? refuseFollower() : undefined;
    if (noPlace !== undefined) return noPlace;
    return share.tryAddRequest() ? undefined : share.refusal("requests");
  }

  #refusal(request: RequestMessage, client: Hello): AppError | undefined {
    if (!this.#limiter.tryTake()) {
      return new AppError(
        "limit.requests",
        `Too many requests: at most ${this.#options.settings().requestsPerSecond} a second`,
        { hint: "Slow down, or raise requests_per_second in the settings" },
      );
    }
    if (this.#options.work.requests >= MOST_OPEN_REQUESTS) {
      return new AppError(
        "limit.open_requests",
        `Too many requests at once: ${MOST_OPEN_REQUESTS} are not answered yet`,
      );
    }
    if (client.protocol === PROTOCOL_VERSION || traitsOf(request.type)?.isFrozen) return undefined;
    return new AppError(
      "version.mismatch",
      `The daemon is imp ${this.#options.build.version} (protocol ${PROTOCOL_VERSION}), the ` +
        `client ${client.version} (protocol ${client.protocol})`,
      { hint: "Use the newer imp, or run `imp daemon restart --takeover` with this one" },
    );
  }
}
