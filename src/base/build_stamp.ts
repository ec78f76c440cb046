/** When this executable was built, a sortable UTC timestamp. Empty from source: `deno task compile` fills it in. */
export const BUILD_STAMP: string = "";
