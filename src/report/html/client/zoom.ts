const plots = new Map<string, Plot>();
const views = new Map<string, View>();

/** The part of the time axis that a group shows; all of it until it is zoomed. */
function viewOf(group: string, endSeconds: number): View {
  let view = views.get(group);
  if (view === undefined) {
    view = { endSeconds, from: 0, to: endSeconds };
    views.set(group, view);
  }
  return view;
}

/** Shows a part of the time axis in all charts and lifelines of a group. */
function show(group: string, from: number, to: number): void {
  const view = views.get(group);
  if (view === undefined) return;
  const { endSeconds } = view;
  const length = Math.min(endSeconds, Math.max(to - from, endSeconds / 1000));
  view.from = Math.max(0, Math.min(from, endSeconds - length));
  view.to = view.from + length;
  for (const { data, chart } of plots.values())
    if (data.group === group) chart.setScale('x', { min: view.from, max: view.to });
  for (const drawing of document.querySelectorAll<SVGElement>(
    `.lifelines[data-group="${group}"] .life svg`,
  )) {
    const height = drawing.getAttribute('viewBox')?.split(' ')[3] ?? '20';
    drawing.setAttribute('viewBox', `${view.from} 0 ${length} ${height}`);
  }
}

type Zoom = 'in' | 'out' | 'left' | 'right' | 'reset';

/** Halves, doubles or shifts what a group shows. */
function zoom(group: string, how: Zoom): void {
  const view = views.get(group);
  if (view === undefined) return;
  const { from, to, endSeconds } = view;
  const [middle, length] = [(from + to) / 2, to - from];
  if (how === 'reset') show(group, 0, endSeconds);
  else if (how === 'in') show(group, middle - length / 4, middle + length / 4);
  else if (how === 'out') show(group, middle - length, middle + length);
  else {
    const by = (how === 'left' ? -1 : 1) * 0.25 * length;
    show(group, from + by, to + by);
  }
}

/** What was dragged over. */
function zoomToSelection(chart: uPlot, group: string): void {
  const { left, width } = chart.select;
  if (width <= 0) return;
  show(group, chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

const zoomKeys: Readonly<Record<string, Zoom>> = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  _: 'out',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  '0': 'reset',
  Escape: 'reset',
};

/** The keys of a chart in focus; with Shift the arrows move the cursor. */
function onKey(event: KeyboardEvent, { data, chart }: Plot): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const how = zoomKeys[event.key];
  if (how === undefined) return;
  event.preventDefault();
  if (event.shiftKey && (how === 'left' || how === 'right'))
    moveCursor(chart, data.group, how === 'left' ? -1 : 1);
  else zoom(data.group, how);
}

function onZoomButton(event: Event): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-zoom]') : null;
  const group = button?.closest<HTMLElement>('[data-group]')?.dataset.group;
  if (button !== null && group !== undefined) zoom(group, button.dataset.zoom as Zoom);
}
