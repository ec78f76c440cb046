import { archiveStem, type Target, TARGETS } from "./targets.ts";

/** What a formula is made of; sums by the triple of their target. */
export interface FormulaOptions {
  readonly version: string;
  /** Where the archives of this version are, without a slash at the end. */
  readonly downloads: string;
  readonly homepage: string;
  readonly sums: ReadonlyMap<string, string>;
}

/** `imp.rb` for a Homebrew tap. */
export function renderFormula(options: FormulaOptions): string {
  const built = TARGETS.filter(({ triple }) => options.sums.has(triple));
  const systems = [...new Set(built.map(({ brew }) => brew.os))];
  return [
    "class Imp < Formula",
    '  desc "Small daemon for every project: starts, keeps and stops its processes"',
    `  homepage "${options.homepage}"`,
    `  version "${options.version}"`,
    '  license "MIT"',
    "",
    ...systems.flatMap((os) => [
      `  ${os} do`,
      ...built.filter(({ brew }) => brew.os === os).flatMap((target) => cpuLines(target, options)),
      "  end",
      "",
    ]),
    "  def install",
    '    bin.install "imp"',
    '    man1.install "imp.1"',
    '    bash_completion.install "completions/imp.bash" => "imp"',
    '    zsh_completion.install "completions/_imp"',
    '    fish_completion.install "completions/imp.fish"',
    "  end",
    "",
    "  test do",
    '    assert_match version.to_s, shell_output("#{bin}/imp --version")',
    "  end",
    "end",
    "",
  ].join("\n");
}

function cpuLines(target: Target, { version, downloads, sums }: FormulaOptions): string[] {
  return [
    `    ${target.brew.cpu} do`,
    `      url "${downloads}/${archiveStem(version, target)}.tar.gz"`,
    `      sha256 "${sums.get(target.triple)}"`,
    "    end",
  ];
}
