// uPlot set up for speed: typed arrays, neither legend, cursor nor points, lines of one pixel.
import uPlot from 'uplot';
import css from 'uplot/dist/uPlot.min.css';

const COLORS = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#17becf',
];

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets.push(sheet);

export function create(box, { times, columns, width, height }) {
  const seconds = times.map((t) => t / 1_000);
  const points = times.length;
  // room to slide in: the window is a view that moves over a longer array
  const arrays = [seconds, ...columns].map((from) => {
    const array = new Float64Array(points * 2 + 4_096);
    array.set(from);
    return array;
  });
  let start = 0;
  let end = points;
  const view = () => arrays.map((array) => array.subarray(start, end));
  const chart = new uPlot(
    {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      axes: [
        { space: 90, font: '12px sans-serif' },
        { space: 45, font: '12px sans-serif' },
      ],
      series: [
        {},
        ...columns.map((_, n) => ({ stroke: COLORS[n], width: 1, points: { show: false } })),
      ],
    },
    view(),
    box,
  );
  return {
    push(t, values) {
      if (end === arrays[0].length) {
        for (const array of arrays) array.copyWithin(0, start, end);
        end -= start;
        start = 0;
      }
      arrays[0][end] = t / 1_000;
      for (const [n, value] of values.entries()) arrays[n + 1][end] = value;
      end++;
      start++;
    },
    draw: () => chart.batch(() => chart.setData(view())),
  };
}
