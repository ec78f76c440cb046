/** Longer calls are given up by clients; what lasts longer is asked for again. */
export const LONGEST_CALL_S = 50;
/** So long a call takes unless somebody says otherwise. */
export const STANDARD_CALL_S = 30;
/** Of output so much is told unless somebody wants more. */
export const STANDARD_BYTES = 4_000;
export const STANDARD_LINES = 60;
