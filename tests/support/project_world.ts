/** A project over a fake operating system, with a real store and time in the test's hand. */
import { Projects } from "../../src/daemon/projects/projects.ts";
import type { ApplyPayload, ProjectJob } from "../../src/protocol/project.ts";
import { FakeWorld } from "./fake_world.ts";
import { toApply } from "./project.ts";
import { silentLogger } from "./silent_logger.ts";

/** The project of a fake world. */
export class ProjectWorld extends FakeWorld {
  projects = this.createProjects();

  createProjects(supervisor = this.supervisor): Projects {
    this.watch(supervisor);
    const projects = new Projects({
      supervisor,
      bus: this.bus,
      clock: this.clock,
      logger: silentLogger,
      stopTimeoutMs: () => 10_000,
      leases: this.context.leases,
    });
    projects.begin();
    return projects;
  }

  async apply(jobs: ProjectJob[], change: Partial<ApplyPayload> = {}) {
    const applied = await this.projects.apply(toApply(jobs, change));
    await this.clock.advance(5);
    return Object.fromEntries(applied.map(({ name, action }) => [name, action]));
  }

  job(name: string) {
    return this.supervisor.resolve(name);
  }

  /** The end of the current run of a job. */
  async end(name: string, code: number) {
    const job = this.job(name);
    this.host.exit(job.run!.runId, code, this.clock.now());
    job.observe();
    await this.clock.advance(5);
  }

  get states() {
    return Object.fromEntries(
      this.supervisor.jobs.map(({ record: { name, status, run } }) => [name, `${status} ${run}`]),
    );
  }

  override [Symbol.dispose](): void {
    this.projects[Symbol.dispose]();
    super[Symbol.dispose]();
  }
}
