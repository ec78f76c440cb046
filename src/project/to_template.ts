const REFERENCE = /\$?\$\{(?:jobs\.[^{}]+\.)?ports\.([^{}.]+)\}|\$/g;

/** Names of ports, and whatever is said of them. */
type Ports = Readonly<Record<string, unknown>>;

/**
 * Text that the daemon fills ports into, as it is written into a file: its own ports and those of other jobs stay, and
 * every other dollar is one.
 */
export function toTemplate(text: string, ports: Ports | null): string {
  return text.replace(REFERENCE, (found, port?: string) => {
    if (found === "$") return "$$";
    // `$${ports.NAME}` is the text on both sides.
    if (found.startsWith("$$") || found.startsWith("${jobs.")) return found;
    return Object.hasOwn(ports ?? {}, port!) ? found : `$${found}`;
  });
}

/** Text in which nothing is filled in. */
export function escapeTemplate(text: string): string {
  return text.replaceAll("$", "$$$$");
}
