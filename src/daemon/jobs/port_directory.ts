import type { JobContext, PortUser } from "./job_context.ts";
import { portNumbersOf } from "./job_ports.ts";
import type { JobTable } from "./job_table.ts";
import { findFirstNumber } from "./port_taking.ts";

/** Which job has which port, and which number a port of a job is. */
export class PortDirectory {
  readonly #context: JobContext;
  readonly #jobs: JobTable;

  constructor(context: JobContext, jobs: JobTable) {
    this.#context = context;
    this.#jobs = jobs;
  }

  /** The jobs whose port this is, by what they declare or by what was found for them. */
  usersOf(port: number): PortUser[] {
    return [...this.#jobs].filter(({ record }) =>
      record.ports !== null && Object.values(portNumbersOf(record)).includes(port)
    ).map(({ isUp, record: { id, name } }) => ({ id, name, isUp }));
  }

  /**
   * The number of a port by the name of its job: found now where it is `auto` and the job was never started, so that it
   * can be told before. Undefined where there is no such job, or no such port of it.
   * @throws AppError `job.no_free_port`
   */
  numberOf(jobName: string, name: string): number | undefined {
    const job = this.#jobs.byName(jobName);
    if (job === undefined) return undefined;
    const { ports } = job.record;
    const number = portNumbersOf(job.record)[name];
    if (number !== undefined || ports === null || !Object.hasOwn(ports, name)) return number;
    const found = findFirstNumber(this.#context, { job: job.record, name });
    job.redefine({ portNumbers: { ...job.record.portNumbers, [name]: found } });
    return found.port;
  }
}
