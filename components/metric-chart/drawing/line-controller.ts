import {
  type CartesianScaleOptions,
  type CoreChartOptions,
  DatasetController,
  Element,
} from 'chart.js';
import { drawingOf } from './drawing.ts';

declare module 'chart.js' {
  interface CartesianScaleTypeRegistry {
    lpTime: { options: CartesianScaleOptions };
    lpValue: { options: CartesianScaleOptions };
  }
  interface ChartTypeRegistry {
    lpLine: {
      chartOptions: CoreChartOptions<'lpLine'>;
      datasetOptions: { clip?: number | false };
      defaultDataPoint: number;
      metaExtensions: object;
      parsedDataType: object;
      scales: 'lpTime' | 'lpValue';
    };
  }
}

/** The element class that Chart.js requires for every controller. No elements are created for samples. */
export class LineMark extends Element {
  static id = 'lpMark';
  static override defaults = {};
}

/** Draws from the plot's columns, without parsing data, creating elements or animating. */
export class LineController extends DatasetController<'lpLine'> {
  static id = 'lpLine';
  static defaults = { datasetElementType: null, dataElementType: 'lpMark' };
  static overrides = {
    scales: { _index_: { type: 'lpTime' }, _value_: { type: 'lpValue' } },
  };

  override addElements(): void {}
  override buildOrUpdateElements(): void {}
  override update(): void {}

  protected override getMaxOverflow(): number {
    return 0;
  }

  override draw(): void {
    drawingOf(this.chart).drawLine(this.index, this.chart.ctx);
  }
}
