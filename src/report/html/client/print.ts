const paper = matchMedia('print');

/** The width of a chart on paper: A4 or Letter, within their margins. */
const paperWidth = 660;

let openedForPrint: HTMLDetailsElement[] = [];

/** On paper everything is there: what is folded is opened, and all charts are drawn, as wide as the paper. */
function toPaper(): void {
  if (openedForPrint.length === 0) {
    openedForPrint = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of openedForPrint) details.open = true;
  }
  repaint();
  drawAll();
  for (const { chart, host } of plots.values())
    chart.setSize({ width: Math.min(paperWidth, host.clientWidth || paperWidth), height: chart.height });
}

function toScreen(): void {
  for (const details of openedForPrint) details.open = false;
  openedForPrint = [];
  repaint();
  for (const plot of plots.values()) resize(plot);
}
