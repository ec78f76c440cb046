/** What a job declares of a port: its number, or that one is to be found for it, be it this one if that is free. */
export type PortWish = number | "auto" | { readonly prefer: number };

/** The largest number of a port. */
export const LARGEST_PORT = 65_535;

/** What a port is called that was declared without a name. */
export const UNNAMED_PORT = "main";

const PORT_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** Whether a port can be called so: what it is called is a part of the name of a variable. */
export function isPortName(name: string): boolean {
  return PORT_NAME.test(name);
}

/** Whether a number can be that of a port. */
export function isPortNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LARGEST_PORT;
}

/** The variables that tell a job the numbers of its ports: `PORT_<NAME>` for each, and `PORT` when there is one only. */
export function portVariables(numbers: Readonly<Record<string, number>>): Record<string, string> {
  const entries = Object.entries(numbers);
  const named = entries.map(([name, port]) => [`PORT_${name.toUpperCase()}`, String(port)]);
  return Object.fromEntries(entries.length === 1 ? [...named, ["PORT", named[0]![1]]] : named);
}

/** Which variables {@linkcode portVariables} makes for ports of these names. */
export function portVariableNames(ports: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(ports);
  return Object.keys(portVariables(Object.fromEntries(names.map((name) => [name, 0]))));
}

/** An environment that was inherited, without what these ports will give: its PORT was meant for somebody else. */
export function withoutPortVariables(
  env: Readonly<Record<string, string>>,
  ports: Readonly<Record<string, PortWish>> = {},
): Record<string, string> {
  const given = portVariableNames(ports);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !given.includes(name)));
}

/** The number of a port, of the job itself where no other is named; undefined where there is none. */
export type FindPort = (name: string, jobName: string | undefined) => number | undefined;

const REFERENCE = /(\$?)\$\{(?:jobs\.([^{}]+)\.)?ports\.([a-z][a-z0-9_]*)\}/g;

/**
 * A word of a command, a value of the environment or an address with numbers in the place of `${ports.NAME}` and
 * `${jobs.JOB.ports.NAME}`. What `find` does not know is left as it is; with `$${` it stands for the text itself.
 */
export function fillPorts(text: string, find: FindPort): string {
  if (!text.includes("ports.")) return text;
  return text.replaceAll(
    REFERENCE,
    (found, escape: string, jobName: string | undefined, name: string) => {
      const port = find(name, jobName);
      return port === undefined ? found : escape ? found.slice(1) : String(port);
    },
  );
}

/** Where a browser finds what serves at a port that is called after the protocol; null for any other. */
export function urlOfPort(name: string, port: number): string | null {
  const scheme = /(^|_)(https?)(_|$)/.exec(name)?.[2];
  return scheme === undefined ? null : `${scheme}://localhost:${port}/`;
}
