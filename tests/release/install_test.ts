/** install.sh, as a stranger runs it: out of a local server, in a home of its own. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { areThere } from "../support/programs.ts";
import { RELEASED } from "../support/test_release.ts";
import { findShells, openInstallation } from "../support/installation.ts";

const canRun = await areThere(["curl", "tar", "gzip"]) && Deno.build.os === "linux";
const TRIPLE = `${Deno.build.arch}-unknown-linux-gnu`;
const ARCHIVE = `imp-${RELEASED}-${TRIPLE}.tar.gz`;

for (const shell of await findShells()) {
  Deno.test({
    name: `install.sh in ${shell.join(" ")} installs the newest release for one user`,
    ignore: !canRun,
    async fn() {
      await using home = await openInstallation(shell);
      const { code, out, err } = await home.install();
      assertEquals([code, err], [0, ""], out);
      assertStringIncludes(out, `Installed imp ${RELEASED} as ${home.bin}/imp (sum checked)\n`);
      assertEquals(await home.imp("--version"), `imp ${RELEASED} for ${TRIPLE} --version\n`);
      assertEquals(home.files(), [
        ".local/bin/imp",
        ".local/share/bash-completion/completions/imp",
        ".local/share/fish/vendor_completions.d/imp.fish",
        ".local/share/man/man1/imp.1",
      ]);
      // Again over the one that is there, by its version.
      const again = await home.install([`--version=v${RELEASED}`]);
      assertEquals(again.code, 0, again.err);
    },
  });
}

Deno.test({
  name: "install.sh tells who has no ~/.local/bin in the PATH what to type, and it works",
  ignore: !canRun,
  async fn() {
    await using home = await openInstallation();
    const { out } = await home.install([], { SHELL: "/bin/bash" });
    const line = /^ {2}(export PATH=.*)$/m.exec(out)?.[1];
    assertStringIncludes(line ?? out, "/.bashrc");
    assertStringIncludes(await home.sh(`${line}; imp ping`), "ping");
    assertStringIncludes(await home.sh('. "$HOME/.bashrc"; imp ping'), "ping");
    const fish = await home.install([], { SHELL: "/usr/bin/fish" });
    assertStringIncludes(fish.out, `  fish_add_path ${home.bin}\n`);
    const inPath = await home.install([], { PATH: `${home.bin}:${home.path}` });
    assert(!inPath.out.includes("PATH"), inPath.out);
    await home.fake("imp", "exit 1");
    const shadowed = await home.install([], { PATH: `${home.path}:${home.bin}` });
    assertStringIncludes(
      shadowed.out,
      `Another one comes before it in your PATH: ${home.fakes}/imp`,
    );
  },
});

/** What may be wrong, and what is said then. */
const WRONG = [
  {
    what: "a wrong sum",
    serve: (path: string, bytes: Uint8Array<ArrayBuffer>) =>
      path.endsWith(".tar.gz") ? bytes.map((byte, index) => index === 99 ? byte ^ 1 : byte) : bytes,
    says: `${ARCHIVE} is not what SHA256SUMS says: cut off, or changed on the way`,
  },
  {
    what: "a download that is cut off",
    serve: (path: string, bytes: Uint8Array<ArrayBuffer>) =>
      path.endsWith(".tar.gz") ? bytes.subarray(0, bytes.length >> 1) : bytes,
    says: `${ARCHIVE} is not what SHA256SUMS says: cut off, or changed on the way`,
  },
  {
    what: "a download that breaks off",
    serve: (path: string, bytes: Uint8Array<ArrayBuffer>) =>
      path.endsWith(".tar.gz") ? brokenOff(bytes) : bytes,
    says: `/download/v${RELEASED}/${ARCHIVE}: it is not there, or broke off`,
  },
  {
    what: "no release for this system",
    serve: (path: string, bytes: Uint8Array<ArrayBuffer>) =>
      path.endsWith("SHA256SUMS") ? new Uint8Array() : bytes,
    says: `has nothing for ${TRIPLE}`,
  },
  {
    what: "another architecture",
    fakes: { uname: machine("riscv64") },
    says: "no imp for riscv64",
  },
  { what: "another system", fakes: { uname: "echo FreeBSD" }, says: "There is no imp for FreeBSD" },
  {
    what: "musl",
    fakes: { getconf: "exit 1", ldd: "echo 'musl libc (x86_64)' >&2; exit 1" },
    says: "There is no imp for musl (Alpine): it needs glibc",
  },
  {
    what: "a glibc that is too old",
    fakes: { getconf: "echo glibc 2.17" },
    says: "imp needs glibc 2.27 or newer, and this is glibc 2.17",
  },
  {
    what: "a directory that cannot be written to",
    flags: ["--dir", "/dev/null/bin"],
    says: "Cannot write to /dev/null/bin",
  },
  {
    what: "a file system that allows no programs",
    fakes: { chmod: 'exec /bin/chmod 644 "$2"' },
    says: "imp does not start in ",
  },
  {
    what: "a version that was never released",
    flags: ["--version", "9.9.9"],
    says: "/download/v9.9.9/SHA256SUMS: it is not there, or broke off",
  },
  { what: "a mistyped flag", flags: ["--vresion"], says: "Not an option: --vresion" },
  {
    what: "an archive that was not built by the workflow",
    fakes: { gh: 'case $1 in auth) ;; *) echo "no attestations found" >&2; exit 1 ;; esac' },
    says: `${ARCHIVE} was not built by the workflow of someone/imp: no attestations found`,
  },
];

for (const { what, says, ...how } of WRONG) {
  Deno.test({
    name: `F171 install.sh refuses ${what}, in words, and leaves everything as it was`,
    ignore: !canRun,
    async fn() {
      await using home = await openInstallation(["sh"], how.serve);
      await home.putOld();
      for (const [name, script] of Object.entries(how.fakes ?? {})) await home.fake(name, script);
      const { code, err } = await home.install(how.flags);
      assertEquals(code, 1, err);
      assertStringIncludes(err, "imp: ");
      assertStringIncludes(err, says);
      assertEquals(await home.imp("--version"), "old --version\n");
      assertEquals(home.files(), [".local/bin/imp"]);
      assertEquals(home.temporary(), []);
    },
  });
}

Deno.test({
  name: "install.sh asks gh, when it is logged in, whether the workflow built it",
  ignore: !canRun,
  async fn() {
    await using home = await openInstallation();
    await home.fake("gh", 'echo "$*" >> "$HOME/asked"');
    const { out } = await home.install();
    assertStringIncludes(out, "(sum checked, built by its workflow)");
    const asked = await Deno.readTextFile(`${home.home}/asked`);
    assert(/^attestation verify \S+\/imp-\S+\.tar\.gz --repo someone\/imp$/m.test(asked), asked);
    await home.fake("gh", "exit 4");
    assertStringIncludes((await home.install()).out, "(sum checked)");
  },
});

Deno.test({
  name: "F171 install.sh that is itself cut off on its way does nothing",
  ignore: !canRun,
  async fn() {
    await using home = await openInstallation();
    const lines = home.script.split("\n");
    for (const share of [0.3, 0.6, 0.9]) {
      await home.sh(lines.slice(0, Math.floor(lines.length * share)).join("\n"), true);
      assertEquals(home.files(), []);
    }
  },
});

/** A uname for another processor. */
function machine(name: string): string {
  return `case $1 in -m) echo ${name} ;; *) echo Linux ;; esac`;
}

/** A body that ends in the middle with a broken connection. */
function brokenOff(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller) {
      if (bytes.length === 0) return controller.error(new Error("broken off"));
      controller.enqueue(bytes.subarray(0, bytes.length >> 1));
      bytes = bytes.subarray(bytes.length);
    },
  });
}
