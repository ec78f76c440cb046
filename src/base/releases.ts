/**
 * The repository on GitHub, `OWNER/NAME`, whose releases `imp upgrade` takes; filled in by a release build. Empty for what
 * was built by hand, which knows no place of its own.
 */
export const REPOSITORY: string = "";

/** The scope of the packages on npm. Who publishes has to own it: see docs/releasing.md. */
export const NPM_SCOPE = "@imp";
