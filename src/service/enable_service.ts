import type { ImpPaths, ReadEnv } from "../platform/paths.ts";
import { removeFile } from "../platform/remove_file.ts";
import { currentServiceHost, isThere } from "../platform/service_host.ts";
import { managerOf, startService, type StartServiceOptions } from "./control_service.ts";
import { launchdPlist } from "./launchd_plist.ts";
import { unsupported } from "./service_error.ts";
import { type Service, servicePlace } from "./service_place.ts";
import type { ServiceSpec, ServiceUser } from "./service_spec.ts";
import { systemdUnit } from "./systemd_unit.ts";

/** What is to become a service. */
export interface ServiceOptions {
  readonly paths: ImpPaths;
  /** How to start this program: `selfCommand()`. */
  readonly executable: readonly string[];
  readonly projectDir: string;
  /** A service of the system rather than of the user. */
  readonly system: boolean;
  readonly env: ReadEnv;
  readonly shutdownTimeoutMs: number;
}

/** What {@linkcode enableService} needs beside that. */
export interface EnableServiceOptions extends ServiceOptions, StartServiceOptions {
  /** Ends a daemon that runs without a service, leaving its jobs; called just before the service is started. */
  readonly leave: () => Promise<void>;
}

/** A service as it would be: what `imp enable --print` shows. */
export interface DescribedService {
  readonly service: Service;
  readonly text: string;
}

/** What was done, a line a step, and what else there is to know. */
export interface ServiceReport {
  readonly service: Service;
  readonly actions: string[];
  readonly notes: string[];
}

/** What a shutdown by force may take on top of its time. */
const STOP_MARGIN_MS = 5_000;

/** Which of the caller's variables the daemon needs: to find the same directories, and commands in the same places. */
const KEPT_VARIABLES = ["PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME"];

/** The service of a daemon, without doing anything. @throws AppError `service.unsupported` */
export function describeService(options: ServiceOptions): DescribedService {
  const host = currentServiceHost(options.env);
  const service = servicePlace(options.paths.id, { system: options.system, host });
  if (!service) throw unsupported();
  const user = options.system ? serviceUser(options.env, host.uid) : undefined;
  const spec: ServiceSpec = {
    daemonId: options.paths.id,
    projectDir: options.projectDir,
    command: [
      ...options.executable,
      ...["daemon", "run", "--daemon-id", options.paths.id, "--project-dir", options.projectDir],
    ],
    reloadCommand: [
      ...options.executable,
      ...["daemon", "reload", "--daemon-id", options.paths.id],
    ],
    environment: serviceEnvironment(options.env, { service, user }),
    stopTimeoutMs: options.shutdownTimeoutMs + STOP_MARGIN_MS,
    user,
  };
  const text = service.manager === "systemd"
    ? systemdUnit(spec)
    : launchdPlist(spec, options.system ? "/dev/null" : options.paths.daemonLog);
  return { service, text };
}

/**
 * Installs and starts the service of a daemon. A daemon that runs already hands its jobs over.
 * @throws AppError `service.*`, `permission.*`, `daemon.start_failed`
 */
export async function enableService(options: EnableServiceOptions): Promise<ServiceReport> {
  const { service, text } = describeService(options);
  const wasInstalled = isThere(service.path);
  const manager = managerOf(service);
  const actions = await manager.install(service, text).catch((error) => {
    // Its manager did not take it: the next boot must not, either.
    if (!wasInstalled) removeFile(service.path);
    throw error;
  });
  try {
    await options.leave();
    await startService(service, options);
  } catch (error) {
    if (!wasInstalled) await manager.uninstall(service).catch(() => {});
    throw error;
  }
  actions.push(`Started ${service.name}`);
  const endsWithSession = service.manager === "systemd" && !service.system;
  return {
    service,
    actions,
    notes: endsWithSession
      ? ["It runs while you are logged in; `loginctl enable-linger` keeps it running after that"]
      : [],
  };
}

/** With sudo, the daemon is that of whoever typed it, and so are its directories. */
function serviceUser(env: ReadEnv, uid: number): ServiceUser {
  const sudoUid = Number(env("SUDO_UID"));
  if (uid === 0 && sudoUid > 0) return { uid: sudoUid, name: userName(env("SUDO_USER"), sudoUid) };
  return { uid, name: userName(uid === 0 ? "root" : env("USER"), uid) };
}

function userName(name: string | undefined, uid: number): string {
  return name !== undefined && /^[A-Za-z_][\w.-]*\$?$/.test(name) ? name : String(uid);
}

function serviceEnvironment(
  env: ReadEnv,
  { service, user }: { service: Service; user: ServiceUser | undefined },
): Record<string, string> {
  const isOwn = user === undefined || user.uid === service.uid;
  const given = KEPT_VARIABLES.flatMap((name) => {
    const value = env(name);
    return value ? [[name, value] as const] : [];
  });
  const sudone = [["XDG_RUNTIME_DIR", `/run/user/${user?.uid}`]] as const;
  return { ...Object.fromEntries(isOwn ? given : sudone), IMP_SERVICE: service.manager };
}
