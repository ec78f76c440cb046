import type { Service } from "./service_place.ts";

/** What every service manager can do with a daemon. Each throws an AppError with the manager's own words. */
export interface ServiceManager {
  /** Writes the file and has it started with the session or the machine, but not now. Says what it did. */
  install(service: Service, text: string): Promise<string[]>;
  /** Ends the daemon and its jobs, and removes all that `install` made. Says what it did. */
  uninstall(service: Service): Promise<string[]>;
  /** systemd returns when the daemon is ready, launchd at once. */
  start(service: Service): Promise<void>;
  /** Ends the daemon and its jobs. */
  stop(service: Service): Promise<void>;
}
