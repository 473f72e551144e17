import type { Field, FieldType, Message } from './protobuf.ts';

const one = (name: string, type: Field['type']): Field => ({ name, type });
const many = (name: string, type: Field['type']): Field => ({ name, type, list: true });
const numbers = (name: string, type: FieldType): Field => many(name, type);

const ANY_VALUE: Message = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ARRAY_VALUE),
  6: one('kvlistValue', () => KEY_VALUE_LIST),
  7: one('bytesValue', 'bytes'),
};
const ARRAY_VALUE: Message = { 1: many('values', () => ANY_VALUE) };
const KEY_VALUE: Message = { 1: one('key', 'string'), 2: one('value', () => ANY_VALUE) };
const KEY_VALUE_LIST: Message = { 1: many('values', () => KEY_VALUE) };
const RESOURCE: Message = { 1: many('attributes', () => KEY_VALUE) };

const NUMBER_POINT: Message = {
  3: one('timeUnixNano', 'fixed64'),
  4: one('asDouble', 'double'),
  6: one('asInt', 'sfixed64'),
  7: many('attributes', () => KEY_VALUE),
  8: one('flags', 'uint'),
};
const HISTOGRAM_POINT: Message = {
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: numbers('bucketCounts', 'fixed64'),
  7: numbers('explicitBounds', 'double'),
  9: many('attributes', () => KEY_VALUE),
  10: one('flags', 'uint'),
  11: one('min', 'double'),
  12: one('max', 'double'),
};
const EXPONENTIAL_POINT: Message = {
  1: many('attributes', () => KEY_VALUE),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  10: one('flags', 'uint'),
  12: one('min', 'double'),
  13: one('max', 'double'),
};
const QUANTILE: Message = { 1: one('quantile', 'double'), 2: one('value', 'double') };
const SUMMARY_POINT: Message = {
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: many('quantileValues', () => QUANTILE),
  7: many('attributes', () => KEY_VALUE),
  8: one('flags', 'uint'),
};
const GAUGE: Message = { 1: many('dataPoints', () => NUMBER_POINT) };
const SUM: Message = {
  1: many('dataPoints', () => NUMBER_POINT),
  2: one('aggregationTemporality', 'int'),
  3: one('isMonotonic', 'bool'),
};
const HISTOGRAM: Message = {
  1: many('dataPoints', () => HISTOGRAM_POINT),
  2: one('aggregationTemporality', 'int'),
};
const EXPONENTIAL: Message = {
  1: many('dataPoints', () => EXPONENTIAL_POINT),
  2: one('aggregationTemporality', 'int'),
};
const SUMMARY: Message = { 1: many('dataPoints', () => SUMMARY_POINT) };
const METRIC: Message = {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one('gauge', () => GAUGE),
  7: one('sum', () => SUM),
  9: one('histogram', () => HISTOGRAM),
  10: one('exponentialHistogram', () => EXPONENTIAL),
  11: one('summary', () => SUMMARY),
};
const SCOPE_METRICS: Message = { 2: many('metrics', () => METRIC) };
const RESOURCE_METRICS: Message = {
  1: one('resource', () => RESOURCE),
  2: many('scopeMetrics', () => SCOPE_METRICS),
};

const LOG_RECORD: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'int'),
  3: one('severityText', 'string'),
  5: one('body', () => ANY_VALUE),
  6: many('attributes', () => KEY_VALUE),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
};
const SCOPE_LOGS: Message = { 2: many('logRecords', () => LOG_RECORD) };
const RESOURCE_LOGS: Message = {
  1: one('resource', () => RESOURCE),
  2: many('scopeLogs', () => SCOPE_LOGS),
};

/** `ExportMetricsServiceRequest`, by the field names of its JSON form. Source: opentelemetry-proto 1.x. */
export const METRICS_REQUEST: Message = { 1: many('resourceMetrics', () => RESOURCE_METRICS) };

/** `ExportLogsServiceRequest`, by the field names of its JSON form. Source: opentelemetry-proto 1.x. */
export const LOGS_REQUEST: Message = { 1: many('resourceLogs', () => RESOURCE_LOGS) };
