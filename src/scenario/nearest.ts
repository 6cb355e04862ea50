import { distance } from 'fastest-levenshtein';

/** The known word that is most like the given one; undefined where none is like it. Capitals don't count. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = distance(wanted, candidate.toLowerCase());
    // A word of which every letter would have to change is not like it.
    if (far < bestDistance && far < candidate.length) {
      best = candidate;
      bestDistance = far;
    }
  }
  return best;
}

/** A hint for a word that is not known: the nearest one, and all that are known where they are few (`most`). */
export function suggest(word: string, known: readonly string[], most = 15): string {
  const like = nearest(word, known);
  const parts: string[] = [];
  if (like !== undefined) parts.push(`did you mean \`${like}\`?`);
  if (known.length > 0 && known.length <= most) parts.push(`known here: ${known.join(', ')}`);
  return parts.join(' ') || 'known words are in docs/scenario-file.md';
}
