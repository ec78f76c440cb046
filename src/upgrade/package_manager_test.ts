import { assertEquals } from "@std/assert";
import { findPackageManager } from "./package_manager.ts";

const PLACES: Readonly<Record<string, string | undefined>> = {
  "/home/me/.local/bin/imp": undefined,
  "/usr/local/bin/imp": undefined,
  "/opt/imp/imp": undefined,
  "/home/me/my-pnpm/imp": undefined,
  "/usr/lib/node_modules/@imp/imp/node_modules/@imp/linux-x64/bin/imp":
    "npm install --global @imp/imp@latest",
  "/home/me/shop/node_modules/@imp/linux-x64/bin/imp": "npm install @imp/imp@latest",
  "/home/me/shop/node_modules/.pnpm/@imp+linux-x64@0.1.0/node_modules/@imp/linux-x64/bin/imp":
    "pnpm add @imp/imp@latest",
  "/home/me/.local/share/pnpm/global/5/.pnpm/@imp+linux-x64@0.1.0/node_modules/@imp/linux-x64/bin/imp":
    "pnpm add --global @imp/imp@latest",
  "/home/me/.bun/install/global/node_modules/@imp/linux-x64/bin/imp":
    "bun add --global @imp/imp@latest",
  "/opt/homebrew/Cellar/imp/0.1.0/bin/imp": "brew upgrade imp",
  "/home/linuxbrew/.linuxbrew/Cellar/imp/0.1.0/bin/imp": "brew upgrade imp",
  "/home/me/.local/share/mise/installs/ubi-someone-imp/0.1.0/imp": "mise upgrade imp",
  "/home/me/.local/share/mise/installs/npm-imp/0.1.0/lib/node_modules/@imp/linux-x64/bin/imp":
    "mise upgrade imp",
  "/home/me/.local/share/aquaproj-aqua/pkgs/github_release/imp/imp": "aqua update && aqua install",
  "/nix/store/abc-imp-0.1.0/bin/imp": "nix profile upgrade imp",
  "/usr/bin/imp": "that of the system for one package",
};

Deno.test("findPackageManager() knows by the real path who put it there", () => {
  for (const [path, command] of Object.entries(PLACES)) {
    assertEquals(findPackageManager(path)?.command, command, path);
  }
});
