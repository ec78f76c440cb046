import { isTable } from "../../config/plain_table.ts";
import { quoteWord } from "../../base/shell_words.ts";
import { readComposeHealth } from "./compose_health.ts";
import { readComposePorts } from "./compose_ports.ts";
import { readComposeTree } from "./compose_tree.ts";
import { durationText } from "./duration_text.ts";
import { goDurationMs } from "./go_duration.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { literal } from "./marked_text.ts";
import { SourceTable } from "./source_table.ts";
import type { WrittenEdge, WrittenJob } from "./written_job.ts";

/** What compose goes on to do for a service, since it stays compose's. */
const OF_COMPOSE = [
  ...["annotations", "attach", "blkio_config", "build", "cap_add", "cap_drop", "cgroup"],
  ...["cgroup_parent", "command", "configs", "container_name", "cpu_count", "cpu_percent"],
  ...["cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset"],
  ...[
    "credential_spec",
    "deploy",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
  ],
  ...["domainname", "entrypoint", "env_file", "environment", "expose", "external_links"],
  ...["extra_hosts", "gpus", "group_add", "hostname", "image", "init", "ipc", "isolation"],
  ...["label_file", "labels", "links", "logging", "mac_address", "mem_limit", "mem_reservation"],
  ...["mem_swappiness", "memswap_limit", "models", "network_mode", "networks", "oom_kill_disable"],
  ...["oom_score_adj", "pid", "pids_limit", "platform", "post_start", "pre_stop", "privileged"],
  ...["provider", "pull_policy", "pull_refresh_after", "read_only", "restart", "runtime", "scale"],
  ...["secrets", "security_opt", "shm_size", "stdin_open", "stop_signal", "storage_opt", "sysctls"],
  ...["tmpfs", "tty", "ulimits", "use_api_socket", "user", "userns_mode", "uts", "volumes"],
  ...["volumes_from", "working_dir"],
];
const TOP_OF_COMPOSE = ["version", "networks", "volumes", "secrets", "configs", "models"];

/** Files of docker compose: each service a job that compose runs, so that images, volumes and networks stay as they are. */
export const compose: Importer = {
  kind: "compose",
  names: ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"],
  recognizes: ({ path, text }) => /\.ya?ml$/.test(path) && /^services\s*:/m.test(text),
  read: readCompose,
};

async function readCompose(input: ImportInput): Promise<Imported> {
  const tree = await readComposeTree(input);
  const top = SourceTable.of(tree, input.losses);
  const services = top.table("services");
  const tasks = findTasks(tree.data.services);
  const call = callOf(input);
  const jobs = (services?.names ?? []).flatMap((name) => {
    const service = services!.table(name)?.ofJob(name);
    return service === undefined
      ? []
      : [readService(service, { name, call, isTask: tasks.has(name) })];
  });
  const name = top.text("name");
  top.lose("include", "services of other files stay theirs: import them, too");
  top.pass(...TOP_OF_COMPOSE);
  top.finish();
  return { project: { name: name === undefined ? undefined : literal(name) }, jobs };
}

/** How compose is called for this file: by its name where it would not find it. */
function callOf({ file, files }: ImportInput): string {
  const isFound = compose.names.some((each) => `${files.dir}/${each}` === file.path);
  return isFound
    ? "docker compose"
    : `docker compose -f ${quoteWord(file.path.slice(files.dir.length + 1))}`;
}

/** What others wait for to be completed. */
function findTasks(services: unknown): ReadonlySet<string> {
  if (!isTable(services)) return new Set();
  return new Set(
    Object.values(services).flatMap((service) => {
      const needs = isTable(service) && isTable(service.depends_on) ? service.depends_on : {};
      return Object.entries(needs).filter(([, edge]) =>
        isTable(edge) && edge.condition === "service_completed_successfully"
      ).map(([name]) => name);
    }),
  );
}

interface ServiceOptions {
  readonly name: string;
  readonly call: string;
  readonly isTask: boolean;
}

function readService(service: SourceTable, { name, call, isTask }: ServiceOptions): ImportedJob {
  const word = quoteWord(name);
  const depends_on = readEdges(service);
  const alone = depends_on === undefined ? "" : " --no-deps";
  const code = isTask ? ` --exit-code-from ${word}` : "";
  const grace = service.text("stop_grace_period");
  const profiles = service.texts("profiles") ?? [];
  const job: WrittenJob = {
    command: `${call} up${alone} --no-log-prefix${code} ${word}`,
    task: isTask ? true : undefined,
    depends_on,
    ready: readComposeHealth(service, `${call} exec -T ${word}`),
    ports: readComposePorts(service),
    stop: { command: `${call} stop ${word}`, ...timeoutOf(service, grace) },
    autostart: profiles.length > 0 ? false : undefined,
    groups: profiles.length > 0 ? profiles.map(literal) : undefined,
  };
  service.lose("develop", "docker compose watch does it");
  service.pass(...OF_COMPOSE);
  service.finish({ extends: "what it extends cannot be read" });
  return { name, job };
}

/** Compose waits as long by itself, and needs a moment more. */
function timeoutOf(service: SourceTable, grace: string | undefined): { timeout?: string } {
  if (grace === undefined) return {};
  const ms = goDurationMs(grace);
  if (ms === undefined) service.lose("stop_grace_period", "it is no duration");
  return ms === undefined ? {} : { timeout: durationText(ms + MOMENT_MS) };
}

const MOMENT_MS = 5_000;

const CONDITIONS: Readonly<Record<string, "started" | "ready" | "completed">> = {
  service_started: "started",
  service_healthy: "ready",
  service_completed_successfully: "completed",
};

/** A list is of what is to be started. */
function readEdges(service: SourceTable): WrittenJob["depends_on"] {
  const given = service.take("depends_on");
  if (Array.isArray(given)) {
    const names = service.texts("depends_on") ?? [];
    return names.length === 0
      ? undefined
      : Object.fromEntries(names.map((name) => [name, "started"]));
  }
  const needs = given === undefined ? undefined : service.table("depends_on");
  if (needs === undefined) return undefined;
  const edges = needs.names.map((name): [string, WrittenEdge] => {
    const edge = needs.table(name);
    const condition = edge?.text("condition") ?? "service_started";
    const known = Object.hasOwn(CONDITIONS, condition) ? CONDITIONS[condition]! : "started";
    if (!Object.hasOwn(CONDITIONS, condition)) {
      edge!.lose("condition", "there is no such condition");
    }
    if (edge?.flag("required") === false) edge.lose("required", "imp starts what a job needs");
    const restart = edge?.flag("restart") === true;
    edge?.finish();
    return [name, restart ? { for: known, restart } : known];
  });
  return edges.length === 0 ? undefined : Object.fromEntries(edges);
}
