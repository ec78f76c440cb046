/** Deno 2.9 puts a `node` of its own on a PATH that has none, and says so. */
const SHIM_MARK = "DENO_NODE_SHIM_ACTIVE";
const SHIM_DIRECTORY = /\/node_compat_bin\/?$/;

/** The environment as it was given to us: what the runtime adds for its own programs is none of a job's business. */
export function givenEnvironment(
  env: Readonly<Record<string, string>>,
  wasGiven: (name: string) => boolean = wasGivenToUs,
): Record<string, string> {
  if (env[SHIM_MARK] === undefined || wasGiven(SHIM_MARK)) return { ...env };
  const { [SHIM_MARK]: _, PATH, ...rest } = env;
  const directories = (PATH ?? "").split(":").filter((each) => !SHIM_DIRECTORY.test(each));
  return directories.join("") === "" ? rest : { ...rest, PATH: directories.join(":") };
}

function wasGivenToUs(name: string): boolean {
  try {
    return `\0${Deno.readTextFileSync("/proc/self/environ")}`.includes(`\0${name}=`);
  } catch {
    return false;
  }
}
