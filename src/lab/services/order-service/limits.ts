/** The largest body, in bytes. */
export const largestBody = 64 * 1024;
