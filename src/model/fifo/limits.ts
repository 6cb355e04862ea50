import { nanosPerSecond } from './exact.js';

/** Whole nanoseconds are exact in a double up to 104 days; outages, drains and their sums need room, so a plan may last half of that. */
export const mostSeconds = Number.MAX_SAFE_INTEGER / nanosPerSecond / 2;
