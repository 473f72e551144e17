// Chart.js with every documented option for speed: no animation, no parsing, linear scale, no points, min-max decimation.
import {
  Chart,
  Decimation,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';

Chart.register(Decimation, LineController, LineElement, LinearScale, PointElement);

export function create(box, { times, columns, width, height }) {
  const canvas = box.appendChild(document.createElement('canvas'));
  Object.assign(canvas, { width, height });
  const rows = columns.map((column) => Array.from(column, (y, i) => ({ x: times[i], y })));
  const datasets = rows.map((data, n) => ({ label: `s${n}`, data, borderWidth: 1 }));
  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets },
    options: {
      responsive: false,
      animation: false,
      parsing: false,
      normalized: true,
      events: [],
      elements: { point: { radius: 0 } },
      plugins: { decimation: { enabled: true, algorithm: 'min-max' } },
      scales: {
        x: { type: 'linear', ticks: { maxRotation: 0, sampleSize: 1 } },
        y: { ticks: { sampleSize: 2 } },
      },
    },
  });
  return {
    push(t, values) {
      for (const [n, data] of rows.entries()) {
        data.push({ x: t, y: values[n] });
        data.shift();
      }
    },
    draw() {
      // the decimation plugin looks at a dataset anew only when its data is another array
      for (const [n, dataset] of datasets.entries()) dataset.data = rows[n].slice();
      chart.update('none');
    },
  };
}
