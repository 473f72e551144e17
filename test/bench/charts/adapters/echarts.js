// ECharts with its options for speed: canvas renderer, no animation, no symbols, LTTB sampling.
import { LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, CanvasRenderer]);

export function create(box, { times, columns, width, height }) {
  const chart = init(box, null, { width, height });
  const rows = columns.map((column) => Array.from(column, (y, i) => [times[i], y]));
  const series = () =>
    rows.map((data) => ({
      type: 'line',
      data,
      showSymbol: false,
      silent: true,
      sampling: 'lttb',
      lineStyle: { width: 1 },
    }));
  const axes = { xAxis: { type: 'time' }, yAxis: { type: 'value', scale: true } };
  chart.setOption({
    animation: false,
    grid: { left: 50, right: 12, top: 8, bottom: 24 },
    ...axes,
    series: series(),
  });
  return {
    push(t, values) {
      for (const [n, data] of rows.entries()) {
        data.push([t, values[n]]);
        data.shift();
      }
    },
    draw() {
      chart.setOption({ series: series() }, { lazyUpdate: false });
      chart.getZr().flush();
    },
  };
}
