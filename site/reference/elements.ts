/**
 * The base classes, events and functions of `lp-kit`, for elements of your own. The attributes and properties of each element are in
 * [elements.md](../elements.md); [own-elements.md](../own-elements.md) is the guide.
 *
 * @module elements
 */
export {
  type Format,
  type FormatOptions,
  type Formatted,
  formatParts,
  formatValue,
  LpAuthRequiredEvent,
  LpBeforePublishEvent,
  LpCommandEvent,
  LpConnectionEvent,
  LpDataElement,
  LpDataEvent,
  LpElement,
  LpErrorEvent,
  LpItemEvent,
  LpLevelEvent,
  LpPublishedEvent,
  LpRangeEvent,
  LpResetEvent,
  LpSourceRequestEvent,
  LpStatusEvent,
  loadWords,
  setWords,
  VERSION,
  type Words,
  type WordsPatch,
} from '../../components/index.ts';
export * from '../../components/source/live-controller.ts';
