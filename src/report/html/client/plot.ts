/** Of the value axis; the style sheet gives the worker lifelines the same margin. */
const axisWidth = 60;
const rightMargin = 18;

const styles = new Map<string, string>();

/** A colour of the page's style sheet, as it is now. */
function colorOf(name: string): string {
  let color = styles.get(name);
  if (color === undefined) {
    color = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    styles.set(name, color);
  }
  return color;
}

/** Dashes beside colours, so that lines are told apart without them. */
const dashes: Readonly<Record<string, readonly number[]>> = {
  predicted: [7, 4],
  without: [2, 4],
  limit: [7, 4],
  'variant-1': [8, 4],
  'variant-2': [3, 3],
  'variant-3': [10, 3, 2, 3],
  'variant-5': [8, 4],
  'variant-6': [3, 3],
  'variant-7': [10, 3, 2, 3],
};

/** Draws a chart into its place. */
function drawPlot(data: ChartData, figure: HTMLElement, host: HTMLElement, view: View): uPlot {
  const axis = {
    stroke: () => colorOf('muted'),
    font: '12px system-ui, sans-serif',
    grid: gridLook(),
    ticks: gridLook(),
  };
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: heightOf(figure),
      padding: [data.marks.length > 0 ? 34 : 12, rightMargin, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 7 },
        sync: {
          key: data.group,
          setSeries: false,
          scales: ['x', null],
          filters: { pub: isShared, sub: () => true },
        },
      },
      scales: { x: { time: false }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
      axes: [
        {
          ...axis,
          size: 34,
          space: 64,
          incrs: [...timeSteps],
          values: (_, splits) => axisTimes(splits, data.endSeconds),
        },
        {
          ...axis,
          size: axisWidth,
          ...(data.unit === 'messages' ? { incrs: [...wholeSteps] } : {}),
          values: (_, splits) =>
            splits.map((value) => (value === null ? '' : inUnitOf(data, value).replace(/ \(.*/, ''))),
        },
      ],
      series: [{}, ...data.lines.map(seriesOf)],
      ...(data.band === undefined
        ? {}
        : {
            bands: [
              {
                series: [data.band[0] + 1, data.band[1] + 1] as [number, number],
                fill: () => colorOf('band'),
              },
            ],
          }),
      hooks: {
        drawAxes: [(self) => drawMarks(self, data)],
        draw: [(self) => drawGaps(self, data)],
        setCursor: [(self) => showValues(self, data, figure)],
        setSelect: [(self) => zoomToSelection(self, data.group)],
      },
    },
    alignLines(data),
    host,
  );
  if (view.from > 0 || view.to < view.endSeconds) chart.setScale('x', { min: view.from, max: view.to });
  return chart;
}

/** What charts of a group tell each other: where the cursor is. What is dragged over one is zoomed in all, but by way of the view. */
function isShared(type: string): boolean {
  return type === 'mousemove' || type === 'mouseleave';
}

function gridLook() {
  return { stroke: () => colorOf('rule'), width: 1 };
}

function seriesOf({ label, look, shape }: LineData): uPlot.Series {
  const isMain = look === 'measured' || look === 'out' || look.startsWith('variant');
  const stepped = shape === 'steps' ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const dash = dashes[look];
  return {
    label,
    stroke: () => colorOf(`line-${look}`),
    width: isMain ? 2 : 1.5,
    points: { show: false },
    ...(stepped === undefined ? {} : { paths: stepped }),
    ...(dash === undefined ? {} : { dash: [...dash] }),
    ...(look === 'measured' ? { fill: () => colorOf('band') } : {}),
  };
}

/** As high as the page's style sheet says. */
function heightOf(figure: HTMLElement): number {
  const isNarrow = window.innerWidth < 640;
  return figure.classList.contains('large') ? (isNarrow ? 250 : 320) : isNarrow ? 210 : 240;
}

/** The faults and the like, as vertical lines with their names above, in two rows; a name that has no room is left out. */
function drawMarks(self: uPlot, data: ChartData): void {
  const { ctx, bbox } = self;
  const pixel = devicePixelRatio;
  const ends = [bbox.left, bbox.left];
  ctx.save();
  ctx.font = `${11 * pixel}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = pixel;
  for (const { atSeconds, label, kind } of data.marks) {
    const x = Math.round(self.valToPos(atSeconds, 'x', true));
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
    const color = colorOf(kind === 'fault' ? 'fault' : 'good');
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.setLineDash(kind === 'fault' ? [] : [3 * pixel, 3 * pixel]);
    ctx.beginPath();
    ctx.moveTo(x + 0.5, bbox.top);
    ctx.lineTo(x + 0.5, bbox.top + bbox.height);
    ctx.stroke();
    const text = label.length > 24 ? `${label.slice(0, 23)}…` : label;
    const width = ctx.measureText(text).width;
    const left = Math.min(x, bbox.left + bbox.width - width);
    const row = ends.findIndex((end) => left >= end);
    if (row === -1) continue;
    ends[row] = left + width + 8 * pixel;
    ctx.fillText(text, left, bbox.top - (3 + 14 * row) * pixel);
  }
  ctx.restore();
}

/** What the gaps between two counts mean, where they are widest. */
function drawGaps(self: uPlot, { gaps }: ChartData): void {
  if (gaps === undefined) return;
  const { ctx, bbox } = self;
  const pixel = devicePixelRatio;
  const x = (seconds: number) => self.valToPos(seconds, 'x', true);
  const y = (value: number) => self.valToPos(value, 'y', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = ctx.fillStyle = colorOf('text');
  ctx.lineWidth = 1.5 * pixel;
  ctx.font = `600 ${11.5 * pixel}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const { backlog, delay } = gaps;
  arrow(ctx, [x(backlog.atSeconds), y(backlog.low)], [x(backlog.atSeconds), y(backlog.high)], 4 * pixel);
  // Away from the other arrow, which is halfway up; below both where they are short.
  const isShort = y(backlog.low) - y(backlog.high) < 80 * pixel;
  const height = isShort ? y(backlog.low) + 11 * pixel : y(backlog.low + 0.22 * (backlog.high - backlog.low));
  label(
    self,
    backlog.label,
    x(backlog.atSeconds) + 7 * pixel,
    Math.min(height, bbox.top + bbox.height - 9 * pixel),
  );
  if (delay !== null) {
    arrow(ctx, [x(delay.fromSeconds), y(delay.number)], [x(delay.toSeconds), y(delay.number)], 4 * pixel);
    const middle = (x(delay.fromSeconds) + x(delay.toSeconds)) / 2;
    label(self, delay.label, middle, y(delay.number) - 10 * pixel);
  }
  ctx.restore();
}

/** A line with a point at both ends. */
function arrow(
  ctx: CanvasRenderingContext2D,
  from: [number, number],
  to: [number, number],
  size: number,
): void {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  for (const [[x, y], turn] of [
    [from, angle],
    [to, angle + Math.PI],
  ] as const) {
    for (const side of [-0.5, 0.5]) {
      ctx.moveTo(x, y);
      ctx.lineTo(x + size * Math.cos(turn + side), y + size * Math.sin(turn + side));
    }
  }
  ctx.stroke();
}

/** Text on the page's own ground, so that it can be read over lines; within the chart. */
function label({ ctx, bbox }: uPlot, text: string, x: number, y: number): void {
  const pixel = devicePixelRatio;
  const width = ctx.measureText(text).width;
  const left = Math.min(x, bbox.left + bbox.width - width - 4 * pixel);
  const ink = ctx.fillStyle;
  ctx.fillStyle = colorOf('ground');
  ctx.globalAlpha = 0.85;
  ctx.fillRect(left - 3 * pixel, y - 8 * pixel, width + 6 * pixel, 16 * pixel);
  ctx.globalAlpha = 1;
  ctx.fillStyle = ink;
  ctx.fillText(text, left, y);
}
