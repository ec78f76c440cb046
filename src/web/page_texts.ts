/** The files of the page by their path, packed and in base64. Empty from source: the build fills it in. */
export const PAGE_TEXTS: Readonly<Record<string, string>> = {};
