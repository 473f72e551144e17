// The page's half of the bench: makes charts, feeds them, one sample per line and frame. Driven by run.mjs.
const adapters = {
  naive: () => import('./adapters/naive.js'),
  tuned: () => import('./adapters/tuned.js'),
  uplot: () => import('./adapters/uplot.js'),
  echarts: () => import('./adapters/echarts.js'),
  lp: () => import('./adapters/lp.js'),
};
const T0 = 1_790_000_000_000;
const STEP_MS = 1_000;

let seed = 12_345;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
/** One signal for all: a slow wave, noise, rare peaks. */
const signal = Float64Array.from(
  { length: 1 << 14 },
  (_, i) =>
    50 +
    20 * Math.sin((i / (1 << 14)) * Math.PI * 8) +
    (random() - 0.5) * 14 +
    (random() < 0.002 ? 18 * random() : 0),
);
const value = (chart, line, i) =>
  signal[(i + line * 977 + chart * 131) & ((1 << 14) - 1)] + line * 3;
const frame = () => new Promise(requestAnimationFrame);

const feed = () => {
  const i = next++;
  for (const [c, chart] of charts.entries()) {
    chart.push(
      T0 + i * STEP_MS,
      Array.from({ length: lines }, (_, s) => value(c, s, i)),
    );
  }
};

let charts = [];
let next = 0;
let lines = 0;

globalThis.bench = {
  async setup({ adapter, count, points, series, width, height }) {
    const { create } = await adapters[adapter]();
    const times = Float64Array.from({ length: points }, (_, i) => T0 + i * STEP_MS);
    lines = series;
    next = points;
    for (let c = 0; c < count; c++) {
      const box = document.body.appendChild(document.createElement('div'));
      box.className = count > 1 ? 'small' : 'large';
      const columns = Array.from({ length: series }, (_, s) =>
        times.map((_t, i) => value(c, s, i)),
      );
      charts.push(
        await create(box, {
          times,
          columns,
          width,
          height,
          alone: count === 1,
          windowMs: points * STEP_MS,
        }),
      );
    }
    await frame();
    await frame();
  },

  /** `updates` frames, or as many as fit into `mostMs`. */
  async run(updates, mostMs) {
    const end = performance.now() + mostMs;
    const before = charts[0].drawn?.();
    let done = 0;
    while (done < updates && (done < 2 || performance.now() < end)) {
      await frame();
      feed();
      for (const chart of charts) chart.draw();
      done++;
    }
    await frame();
    await frame();
    return { done, drawn: before === undefined ? done : charts[0].drawn() - before };
  },

  /** `updates` samples, each of them drawn, many a frame. */
  async endure(updates, aFrame = 60) {
    for (let n = 0; n < updates; n++) {
      feed();
      for (const chart of charts) chart.drawNow();
      if (n % aFrame === 0) await frame();
    }
  },

  /** A sample for each chart every second, all in one task, as one answer of a server brings them. */
  async live(seconds) {
    const long = [];
    const observer = new PerformanceObserver((list) => {
      long.push(...list.getEntries().map(({ duration }) => duration));
    });
    observer.observe({ type: 'longtask' });
    const before = charts.reduce((sum, chart) => sum + chart.drawn(), 0);
    for (let n = 0; n < seconds; n++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      feed();
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    observer.disconnect();
    return { long, drawn: charts.reduce((sum, chart) => sum + chart.drawn(), 0) - before };
  },

  /** So many samples in one task: the time of taking them, of the frame that draws them, and the drawings. */
  async burst(samples) {
    const before = charts[0].drawn();
    const start = performance.now();
    for (let n = 0; n < samples; n++) feed();
    const taken = performance.now();
    await frame();
    await frame();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { takenMs: taken - start, drawn: charts[0].drawn() - before };
  },
};
