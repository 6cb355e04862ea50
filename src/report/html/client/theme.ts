const darkness = matchMedia('(prefers-color-scheme: dark)');

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? darkness.matches : theme === 'dark';
}

/** Light or dark by hand, until the page is closed: nothing is stored. */
function toggleTheme(): void {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  repaint();
}

/** Draws everything again in the colours that hold now. */
function repaint(): void {
  styles.clear();
  const button = document.querySelector('#theme');
  if (button !== null) button.textContent = isDark() ? 'Light' : 'Dark';
  for (const { chart } of plots.values()) chart.redraw(false);
}
