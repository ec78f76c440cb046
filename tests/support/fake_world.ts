import { silentLogger } from "../../src/base/logger.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/config/settings.ts";
import { EventBus } from "../../src/daemon/event_bus.ts";
import { LeftBehind } from "../../src/daemon/left_behind.ts";
import { Supervisor, type SupervisorContext } from "../../src/daemon/supervisor.ts";
import type { JobSpec } from "../../src/protocol/request.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeRunHost } from "./fake_run_host.ts";

/** A supervisor over a fake operating system, with a real store and time in the test's hand. */
export class FakeWorld implements Disposable {
  readonly #root = Deno.makeTempDirSync({ prefix: "imp-w-" });
  readonly clock = new FakeClock();
  readonly host = new FakeRunHost();
  readonly events: string[] = [];
  readonly store: Store;
  readonly bus: EventBus;
  readonly supervisor: Supervisor;
  readonly left: LeftBehind;
  settings: Settings = DEFAULT_SETTINGS;

  constructor() {
    this.store = openStore(`${this.#root}/state.db`, { clock: this.clock, logger: silentLogger });
    this.bus = new EventBus(this.store, this.clock);
    this.bus.listen("test", ({ event, data }) => this.events.push(`${event} ${data.status}`));
    this.left = new LeftBehind({
      clock: this.clock,
      host: this.host,
      store: this.store,
      jobs: () => this.supervisor.jobs,
      onChange: (jobId) => this.supervisor.byId(jobId)?.tellChange(),
    });
    this.supervisor = this.createSupervisor();
  }

  /** Another daemon over the same store and the same processes. */
  createSupervisor(): Supervisor {
    return new Supervisor(this.context);
  }

  /** What its jobs work with. */
  get context(): SupervisorContext {
    return {
      clock: this.clock,
      store: this.store,
      bus: this.bus,
      host: this.host,
      left: this.left,
      logger: silentLogger,
      settings: () => this.settings,
      usageOf: () => undefined,
      random: () => 0.5,
      hasLogs: () => false,
      removeLogs: () => {},
      removeRunLogs: () => {},
    };
  }

  [Symbol.dispose](): void {
    this.supervisor.release();
    this.left[Symbol.dispose]();
    this.store[Symbol.dispose]();
    Deno.removeSync(this.#root, { recursive: true });
  }
}

/** A job as a client asks for it. */
export function toSpec(change: Partial<JobSpec> = {}): JobSpec {
  return { command: ["serve"], workdir: "/project", env: { A: "1" }, umask: 0o022, ...change };
}
