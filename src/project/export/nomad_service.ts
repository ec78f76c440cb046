import { toComposeDuration } from "./compose_duration.ts";
import type { ExportableJob } from "./exportable.ts";
import type { HclBlock } from "./hcl_text.ts";
import type { LossList } from "./losses.ts";

/** By which Nomad sees that a job is ready: a service a port that is looked at, for checks of HTTP and TCP. */
export function nomadService(job: ExportableJob, id: string, losses: LossList): HclBlock[] {
  const checks = checksOf(job);
  if (checks === undefined) return [];
  const why = checks.length === 0
    ? "it looks at ports that are declared, alone"
    : "it is looked at, and nothing waits for it";
  losses.add(job, "ready", why);
  return checks.map(({ port, attributes }) => ({
    name: "service",
    attributes: { name: `${id}-${port}`, port, provider: "nomad" },
    blocks: [{ name: "check", attributes }],
  }));
}

interface Check {
  readonly port: string;
  readonly attributes: NonNullable<HclBlock["attributes"]>;
}

/** None for a probe that Nomad has nothing for; undefined where there is no probe. */
function checksOf({ ready, ports }: ExportableJob): Check[] | undefined {
  if (!ready) return undefined;
  const timing = {
    // It goes on to look.
    interval: "10s",
    timeout: toComposeDuration(ready.timeout_ms),
  };
  const named = (number: number) => ports.filter((port) => port.number === number);
  if (ready.http !== undefined) {
    const { protocol, port, pathname, search } = new URL(ready.http);
    const number = Number(port || (protocol === "https:" ? 443 : 80));
    return (ready.status ?? []).length > 0 ? [] : named(number).map(({ name }) => ({
      port: name,
      attributes: {
        ...{ type: "http", protocol: protocol.slice(0, -1), path: `${pathname}${search}` },
        tls_skip_verify: protocol === "https:" ? true : undefined,
        ...timing,
      },
    }));
  }
  const looked = ready.ports
    ? ports
    : named(Number(/(\d+)$/.exec(ready.tcp ?? "")?.[1] ?? Number.NaN));
  return looked.map(({ name }) => ({ port: name, attributes: { type: "tcp", ...timing } }));
}
