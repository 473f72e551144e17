// Chart.js as its front page shows it: time scale, point objects, animated updates.
import { Chart, registerables } from 'chart.js';
import 'chartjs-adapter-date-fns';

Chart.register(...registerables);

export function create(box, { times, columns }) {
  const canvas = box.appendChild(document.createElement('canvas'));
  const datasets = columns.map((column, n) => ({
    label: `s${n}`,
    data: Array.from(column, (y, i) => ({ x: times[i], y })),
  }));
  const options = { maintainAspectRatio: false, scales: { x: { type: 'time' } } };
  const chart = new Chart(canvas, { type: 'line', data: { datasets }, options });
  return {
    push(t, values) {
      for (const [n, { data }] of datasets.entries()) {
        data.push({ x: t, y: values[n] });
        data.shift();
      }
    },
    draw: () => chart.update(),
  };
}
