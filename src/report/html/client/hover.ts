/** The values at the cursor, in the chart's key; the charts of a group follow each other. */
function showValues(chart: uPlot, data: ChartData, figure: HTMLElement): void {
  const left = chart.cursor.left ?? -1;
  const time = left < 0 ? null : chart.posToVal(left, 'x');
  for (const item of figure.querySelectorAll<HTMLElement>('.key li')) {
    const line = data.lines[Number(item.dataset.line)];
    const output = item.querySelector('output');
    if (line === undefined || output === null) continue;
    output.textContent =
      time === null ? '' : inUnitOf(data, valueOfLine(line, data.times[line.times] ?? [], time));
  }
  const at = figure.querySelector('.at');
  if (at !== null) at.textContent = time === null ? '' : `at ${secondsInWords(time)}`;
}

/** By a fiftieth of the chart, in all charts of its group; from the middle where there is no cursor yet. */
function moveCursor(chart: uPlot, group: string, direction: number): void {
  const width = chart.over.clientWidth;
  const from = chart.cursor.left === undefined || chart.cursor.left < 0 ? width / 2 : chart.cursor.left;
  const time = chart.posToVal(Math.max(0, Math.min(width, from + (direction * width) / 50)), 'x');
  for (const { data, chart: each } of plots.values())
    if (data.group === group)
      each.setCursor({ left: each.valToPos(time, 'x'), top: each.over.clientHeight / 2 });
}
