import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { type BuildInfo, PROTOCOL_VERSION } from "../base/version.ts";
import type { Settings } from "../config/settings.ts";
import type { Hello } from "../protocol/hello.ts";
import type { RequestMessage } from "../protocol/message.ts";
import { traitsOf } from "../protocol/request_traits.ts";
import { RateLimiter } from "./rate_limiter.ts";

/** So many requests of one client may be unanswered; those that wait for a job can take their time. */
const MOST_OPEN_REQUESTS = 1_000;

/** What a gate goes by. */
export interface RequestGateOptions {
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** The daemon's. */
  readonly build: BuildInfo;
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

  /** Why it may not; undefined when it may. */
  refusal(request: RequestMessage, client: Hello, openRequests: number): AppError | undefined {
    if (!this.#limiter.tryTake()) {
      return new AppError(
        "limit.requests",
        `Too many requests: at most ${this.#options.settings().requestsPerSecond} a second`,
        { hint: "Slow down, or raise requests_per_second in the settings" },
      );
    }
    if (openRequests >= MOST_OPEN_REQUESTS) {
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
