import { type Box, openBox } from "./box.ts";
import { eventually } from "./eventually.ts";
import { fixture } from "./fixtures.ts";
import { startSystemdUser, type SystemdUser, whyNoSystemd } from "./systemd_user.ts";

const ignore = whyNoSystemd() !== undefined;
/** The daemon of a story, and its unit. */
export const ID = "svc";
export const UNIT = `imp-${ID}.service`;

/** A box with a systemd, in which every command is about the daemon `svc`. */
interface ServiceStory {
  readonly box: Box;
  readonly systemd: SystemdUser;
  imp(...args: string[]): Promise<string>;
  // deno-lint-ignore no-explicit-any
  json(...args: string[]): Promise<any>;
  /** Adds a job that stays and returns its pid. */
  hold(name: string): Promise<number>;
}

/** A test of one story; skipped where there is no systemd to be had. */
export function story(name: string, tell: (story: ServiceStory) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using box = await openBox();
      await using systemd = await startSystemdUser(box);
      const imp = (...args: string[]) => box.impOk(["--daemon-id", ID, ...args]);
      const json = (...args: string[]) => box.impJson(["--daemon-id", ID, ...args]);
      const hold = async (name: string) => {
        await imp("add", "--name", name, "--", ...fixture("hold.sh"));
        return (await json("show", name)).pid as number;
      };
      await tell({ box, systemd, imp, json, hold });
      await imp("disable");
    },
  });
}

/** The pid that systemd has for the daemon. */
export async function mainPid(systemd: SystemdUser): Promise<number> {
  return Number(await systemd.property(UNIT, "MainPID"));
}

/** Waits until systemd runs another daemon than `before`, and it is ready. */
export function newMainPid(systemd: SystemdUser, before: number): Promise<number> {
  return eventually(`${UNIT} runs again`, async () => {
    const isActive = await systemd.property(UNIT, "ActiveState") === "active";
    const pid = await mainPid(systemd);
    return isActive && pid > 0 && pid !== before && pid;
  });
}

/** The names of all files below a directory. */
export function filesBelow(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) =>
    entry.isDirectory ? filesBelow(`${directory}/${entry.name}`) : [entry.name]
  );
}
