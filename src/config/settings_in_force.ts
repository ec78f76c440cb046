import type { AppError } from "../base/app_error.ts";
import { describeSettings, type SettingDescription } from "./describe_settings.ts";
import { diffSettings, type SettingsDiff } from "./diff_settings.ts";
import { type ReadSettings, readSettings } from "./load_settings.ts";
import type { Settings } from "./settings.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { findProjectFile, settingsPaths } from "../platform/paths.ts";

/** Where a daemon's settings are, and whether it may begin without those of a file that is wrong. */
export interface SettingsChoice {
  /** The directory that the daemon works for; the project file is the one that counts for it when it is looked for. */
  readonly projectDir?: string | undefined;
  readonly mayUseDefaults?: boolean | undefined;
}

/** What the daemon goes by: its settings as they were read when they were last right. */
export class SettingsInForce {
  readonly #choice: SettingsChoice;
  #read: ReadSettings;
  #lastError: AppError | undefined;

  private constructor(choice: SettingsChoice, read: ReadSettings) {
    this.#choice = choice;
    this.#read = read;
    this.#lastError = read.problems[0];
  }

  /** Reads the settings for the first time. @throws AppError `settings.*`, unless defaults will do for a file that is wrong */
  static async open(choice: SettingsChoice): Promise<SettingsInForce> {
    const read = await readFiles(choice);
    if (read.problems[0] && !choice.mayUseDefaults) throw read.problems[0];
    return new SettingsInForce(choice, read);
  }

  get values(): Settings {
    return this.#read.settings;
  }

  /** True while nothing of a wrong file counts, because it was wrong from the beginning. */
  get areDefaults(): boolean {
    return this.#read.problems.length > 0;
  }

  /** What was wrong with the files when they were last read. */
  get lastError(): AppError | undefined {
    return this.#lastError;
  }

  /** What people should know of the files, a line each. */
  get notes(): string[] {
    return [
      ...this.#read.problems.map(({ message }) =>
        `${message}. Nothing of it counts until it is right`
      ),
      ...this.#read.warnings,
    ];
  }

  /** Every setting with where it came from. */
  describe(): SettingDescription[] {
    return describeSettings(this.#read);
  }

  /** Reads the files that are there now. @throws AppError `settings.*`; then all is as before */
  async reload(): Promise<SettingsDiff> {
    const next = await readFiles(this.#choice);
    this.#lastError = next.problems[0];
    if (this.#lastError) throw this.#lastError;
    const diff = diffSettings(this.values, next.settings);
    this.#read = next;
    return diff;
  }
}

async function readFiles({ projectDir }: SettingsChoice): Promise<ReadSettings> {
  const projectFile = projectDir === undefined ? undefined : findProjectFile(projectDir);
  return await readSettings(settingsPaths(environmentVariable, projectFile));
}
