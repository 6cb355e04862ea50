/** What the operator of an expectation bounds a measure by, in words before its value. */
export const boundsInWords = {
  '<=': 'at most',
  '<': 'less than',
  '>=': 'at least',
  '>': 'more than',
  '==': 'exactly',
  '!=': 'anything but',
} as const;
