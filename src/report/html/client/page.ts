const pageData = JSON.parse(document.querySelector('#data')?.textContent ?? '{"charts":[]}') as PageData;

/** Draws a chart where there is room for it: in what is folded there is none. @returns whether it was drawn now */
function draw(data: ChartData): boolean {
  const figure = document.getElementById(data.id);
  const host = figure?.querySelector<HTMLElement>('.plot') ?? null;
  if (figure === null || host === null || plots.has(data.id) || isFolded(host)) return false;
  const chart = drawPlot(data, figure, host, viewOf(data.group, data.endSeconds));
  const plot: Plot = { data, figure, host, chart };
  plots.set(data.id, plot);
  host.addEventListener('keydown', (event) => onKey(event, plot));
  sizes.observe(host);
  return true;
}

/** A closed `details` has a layout all the same. */
function isFolded(host: HTMLElement): boolean {
  return host.clientWidth === 0 || host.closest('details:not([open])') !== null;
}

function drawAll(): void {
  for (const data of pageData.charts) draw(data);
}

/** The first chart at once, the others as soon as the browser is free. */
function drawSoon(): void {
  const first = pageData.charts.findIndex(draw);
  // On the screen with the next frame: when that has begun, for whoever measures it.
  if (first !== -1)
    requestAnimationFrame(() => {
      document.documentElement.dataset.firstChart = String(Math.round(performance.now()));
    });
  const rest = pageData.charts.slice(first + 1);
  const next = () => {
    const until = performance.now() + 12;
    while (rest.length > 0 && performance.now() < until) draw(rest.shift() as ChartData);
    if (rest.length > 0) setTimeout(next);
    else document.documentElement.dataset.drawn = 'all';
  };
  setTimeout(next);
}

/** As wide as its place. */
function resize({ chart, host, figure }: Plot): void {
  const [width, height] = [host.clientWidth, heightOf(figure)];
  if (width > 0 && (chart.width !== width || chart.height !== height)) chart.setSize({ width, height });
}

const sizes = new ResizeObserver((entries) => {
  for (const plot of plots.values())
    if (!paper.matches && entries.some(({ target }) => target === plot.host)) resize(plot);
});

window.launchpadReport = { plots, views };
drawSoon();
repaint();
document.querySelector('#theme')?.addEventListener('click', toggleTheme);
darkness.addEventListener('change', repaint);
document.addEventListener('click', onZoomButton);
// What was folded has room now. The event does not bubble.
document.addEventListener('toggle', drawAll, true);
paper.addEventListener('change', ({ matches }) => (matches ? toPaper() : toScreen()));
addEventListener('beforeprint', toPaper);
addEventListener('afterprint', toScreen);
