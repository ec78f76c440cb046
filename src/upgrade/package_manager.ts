import { NPM_SCOPE } from "../base/releases.ts";

/** Who put the executable where it is, and will not know of it when somebody else replaces it. */
export interface PackageManager {
  readonly name: string;
  /** What to type for the newest release. */
  readonly command: string;
}

const PACKAGE = `${NPM_SCOPE}/imp@latest`;

/** By a part of the real path, the first that fits. */
const MANAGERS: readonly (readonly [part: RegExp, manager: PackageManager])[] = [
  [/\/\.bun\/|\/bun\/install\//, { name: "Bun", command: `bun add --global ${PACKAGE}` }],
  [/\/pnpm\/.*\/node_modules\//, { name: "pnpm", command: `pnpm add --global ${PACKAGE}` }],
  [/\/node_modules\/\.pnpm\//, { name: "pnpm", command: `pnpm add ${PACKAGE}` }],
  [/\/mise\/installs\//, { name: "mise", command: "mise upgrade imp" }],
  [/\/lib\/node_modules\//, { name: "npm", command: `npm install --global ${PACKAGE}` }],
  [/\/node_modules\//, { name: "npm", command: `npm install ${PACKAGE}` }],
  [/\/Cellar\/|\/(homebrew|linuxbrew)\//, { name: "Homebrew", command: "brew upgrade imp" }],
  [/\/aquaproj-aqua\//, { name: "aqua", command: "aqua update && aqua install" }],
  [/^\/nix\/store\//, { name: "Nix", command: "nix profile upgrade imp" }],
  [
    /^\/usr\/(s?bin|lib|libexec)\//,
    { name: "the system's package manager", command: "that of the system for one package" },
  ],
];

/** The package manager that owns what is at `realPath`; undefined when it is the user's own file. */
export function findPackageManager(realPath: string): PackageManager | undefined {
  return MANAGERS.find(([part]) => part.test(realPath))?.[1];
}
