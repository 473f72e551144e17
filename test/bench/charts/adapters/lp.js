// The real element: samples go in by its public `data`. Alone, it draws in the page's next frame, as it does for users; on a
// page of many it is told to draw at once, for it would spread the work over frames.
import '../../../../components/metric-chart/define.ts';

export async function create(box, { times, columns, windowMs, alone }) {
  const element = document.createElement('lp-metric-chart');
  const names = columns.map((_, n) => `s${n}`);
  const recordOf = (time, values) =>
    Object.fromEntries([['time', time], ...names.map((name, n) => [name, values[n]])]);
  element.className = 'bare';
  element.window = `${windowMs}ms`;
  element.fields = names.join(' ');
  Object.assign(element, {
    legend: 'none',
    noHeader: true,
    noFooter: true,
    label: 'bench',
    fps: 240,
  });
  box.append(element);
  element.data = Array.from(times, (t, i) =>
    recordOf(
      t,
      columns.map((column) => column[i]),
    ),
  );
  await element.updateComplete;
  await element.toBlob(); // Chart.js is loaded and the first picture drawn
  return {
    push(t, values) {
      element.data = recordOf(t, values);
    },
    draw: alone ? () => {} : () => element.drawNow(),
    drawNow: () => element.drawNow(),
    drawn: () => element.drawn,
  };
}
