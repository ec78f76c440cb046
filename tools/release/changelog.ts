/** What CHANGELOG.md says of `version`, without its heading; undefined when it has no section of its own. */
export function changesOf(version: string, changelog: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const isOfVersion = new RegExp(`^${version.replaceAll(".", "\\.")}(?: .*)?\\n`);
  return sections.find((section) => isOfVersion.test(section))?.replace(/^.*\n/, "").trim();
}
