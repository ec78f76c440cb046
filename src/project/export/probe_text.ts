import { quoteShellWord, toShellText } from "./shell_text.ts";
import type { ExportableJob, ExportablePort } from "./exportable.ts";

type Probe = NonNullable<ExportableJob["ready"] | ExportableJob["health"]>;

/**
 * Text for `sh` that succeeds when a probe would, by curl and bash; undefined for what only imp sees, which is the
 * output, and for a delay.
 */
export function probeText(probe: Probe, ports: readonly ExportablePort[]): string | undefined {
  const { http, status = [], tcp, command } = probe;
  if (http !== undefined) return httpText(http, { status, timeoutMs: probe.timeout_ms });
  if (tcp !== undefined) return tcpText(tcp);
  if (command) return toShellText(command);
  if (!probe.ports) return undefined;
  return ports.map(({ number }) => tcpText(String(number))).join(" && ");
}

function httpText(
  url: string,
  { status, timeoutMs }: { status: readonly number[]; timeoutMs: number },
): string {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1_000));
  const ask = `curl -sk -m ${seconds} -o /dev/null -w '%{http_code}' ${quoteShellWord(url)}`;
  return `case "$(${ask})" in ${["2??", "3??", ...status].join("|")}) ;; *) exit 1 ;; esac`;
}

function tcpText(address: string): string {
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d+)$/.exec(address) ?? [];
  const name = host.replace(/^\[(.*)\]$/, "$1");
  return `bash -c ${quoteShellWord(`: > /dev/tcp/${name}/${port}`)}`;
}
