import { countText, listText, plural } from '../../format/plural.ts';
import type { Words } from '../messages.ts';

const LANGUAGE = 'de';
const names = (all: string[]): string => listText(LANGUAGE, all);
const entries = (count: number): string =>
  plural(LANGUAGE, count, { one: '# neuer Eintrag', other: '# neue Einträge' });

/** German. Ages read „vor 4 Min.“, so the words before them must fit: „gegenüber vor 4 Min.“, not „seit“. */
export const GERMAN: Words = {
  // States of a widget
  noValue: 'kein Wert',
  waitingForData: 'Warten auf Daten',
  noChannel: 'Kein Kanal gewählt',
  noData: (name) => (name ? `Noch keine Daten für ${name}` : 'Noch keine Daten'),
  cannotShow: 'Diese Daten lassen sich nicht anzeigen',
  cannotRead: (shape) => `${shape} ist nicht lesbar`,
  severalSeries: (count) =>
    plural(LANGUAGE, count, { one: '# Reihe: eine auswählen', other: '# Reihen: eine auswählen' }),
  noSeries: (name) => `Keine Reihe „${name}“`,
  firstData: (age) => `Erste Daten ${age}`,
  refused: 'Der Server hat die Anfrage abgelehnt',
  refusedBetween: (status) => `Unterwegs abgewiesen, nicht vom Server (${status})`,
  badChannel: (channel) => `„${channel}“ ist kein gültiger Kanalname`,
  badSource: 'Die Adresse der Quelle ist ungültig',
  signIn: 'Zum Anzeigen bitte anmelden',
  offline: 'Offline',
  stale: 'Veraltet',
  paused: 'Angehalten',
  error: 'Fehler',
  denied: 'Kein Zugriff',
  ok: 'Normal',
  warn: 'Warnung',
  danger: 'Kritisch',

  // Ages
  updatedNow: 'Gerade aktualisiert',
  updated: (age) => `Aktualisiert ${age}`,
  updatesWaiting: (count) =>
    plural(LANGUAGE, count, {
      one: '# Aktualisierung wartet',
      other: '# Aktualisierungen warten',
    }),

  // Controls
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  retry: 'Erneut versuchen',
  retryNow: 'Jetzt versuchen',

  // Announcements
  saidWarn: (all) => `${names(all)}: Warnung.`,
  saidDanger: (all) => `${names(all)}: kritisch.`,
  saidOk: (all) => `${names(all)}: wieder normal.`,
  saidLost: 'Verbindung verloren. Die Werte können veraltet sein.',
  saidRestored: 'Verbindung wiederhergestellt.',

  // lp-range
  rangeName: 'Zeitraum',
  rangeLast: (span) => `Letzte ${span}`,
  rangeToday: 'Heute',
  rangeWeek: 'Diese Woche',
  rangeMonth: 'Dieser Monat',
  rangeEarlier: 'Früher',
  rangeLater: 'Später',
  rangeLive: 'Live',
  rangeCustom: 'Anderer…',
  rangeFrom: 'Von',
  rangeTo: 'Bis',
  rangeShow: 'Anzeigen',
  rangeWrong: 'Das Ende muss nach dem Anfang liegen',
  // lp-status
  statusConnecting: 'Wird verbunden',
  statusLive: 'Live',
  statusReconnecting: 'Verbindung verloren',
  statusOffline: 'Offline',
  statusPaused: 'Angehalten',
  statusDenied: 'Anmeldung nötig',
  statusNone: 'Keine Quelle',
  retryIn: (time) => `Nächster Versuch in ${time}`,
  staleChannels: (stale, all) =>
    plural(LANGUAGE, all, {
      one: `${countText(LANGUAGE, stale)} von # Kanal veraltet`,
      other: `${countText(LANGUAGE, stale)} von # Kanälen veraltet`,
    }),
  manyTabs: (count) => `${countText(LANGUAGE, count)} Tabs halten eine Verbindung, weitere warten`,
  oldest: (age) => `ältester ${age}`,
  details: 'Einzelheiten der Verbindung',
  detailServer: 'Server',
  detailContact: 'Letzter Kontakt',
  detailLatency: 'Latenz',
  detailVersion: 'Version der Widgets',
  detailChannels: 'Kanäle',
  detailOldest: 'Ältester veralteter Kanal',
  detailAhead: 'Uhr geht vor',
  never: 'nie',
  listed: (parts) => parts.join(', '),

  // lp-metric-chart
  chartSpan: (name, span) => `${name}, letzte ${span}`,
  chartHeld: (name, from, to) => `${name}, ${from} bis ${to}`,
  chartFigures: ({ now, low, high, mean }) =>
    `jetzt ${now}, Minimum ${low}, Maximum ${high}, Mittel ${mean}`,
  chartHelp:
    'Pfeiltasten lesen die Werte, mit Umschalttaste verschieben sie die Zeitspanne, Plus und Minus zoomen hinein und hinaus, Escape kehrt zu live zurück.',
  chartTime: 'Zeit',
  chartTable: 'Als Tabelle anzeigen',
  chartNoTable: 'Tabelle ausblenden',
  chartLive: 'Zurück zu live',
  chartSince: (time) => `seit ${time}`,
  chartEarlier: (name, span) => `${name}, ${span} früher`,
  chartNoNumbers: (shape) => `Keine Zahlen: ${shape}`,
  chartNotLoaded: 'Der Code zum Zeichnen von Diagrammen ließ sich nicht laden',
  chartShown: (shown, all) =>
    `${countText(LANGUAGE, shown)} von ${countText(LANGUAGE, all)} gezeigt`,
  chartRows: (count) => plural(LANGUAGE, count, { one: '# Zeile', other: '# Zeilen' }),
  chartMenu: 'Mehr',
  chartCsv: 'CSV herunterladen',
  chartPng: 'Bild herunterladen',
  chartFull: 'Vollbild',
  chartTag: 'Tag kopieren',
  chartCopied: 'Kopiert',
  chartNow: 'jetzt',
  chartMin: 'Min.',
  chartMean: 'Mittel',
  chartMax: 'Max.',
  chartSum: 'Summe',
  chartAt: (value, time) => `${value} um ${time}`,
  chartCount: 'Anzahl',

  // lp-feed
  feedNew: entries,
  feedSaidNew: (count, name) => `${entries(count)}: ${name}.`,
  feedSearch: 'Suchen',
  feedDownload: 'Als Text herunterladen',
  feedNothing: 'Noch nichts dieser Art',
  itemDebug: 'Debug',
  itemInfo: 'Info',
  itemOk: 'OK',
  itemWarn: 'Warnung',
  itemError: 'Fehler',
  itemCritical: 'Kritisch',

  // lp-publish
  publishMessage: 'Nachricht',
  publishAuthor: 'Ihr Name',
  publishSend: 'Senden',
  publishSending: 'Wird gesendet',
  publishSent: 'Gesendet.',
  publishBlank: 'Bitte zuerst etwas schreiben',
  publishTooLong: (over) => plural(LANGUAGE, over, { other: '# Zeichen zu lang' }),
  publishCount: (used, most) =>
    `${countText(LANGUAGE, used)} von ${countText(LANGUAGE, most)} Zeichen`,
  publishNotReached: 'Nicht gesendet: Der Server ist nicht erreichbar. Ihr Text bleibt erhalten.',
  publishTooMany: 'Nicht gesendet: zu viele Nachrichten in kurzer Zeit. Ihr Text bleibt erhalten.',
  publishTryIn: (time) => `Erneut versuchen in ${time}`,
  publishSignIn: 'Nicht gesendet: Bitte zuerst anmelden. Ihr Text bleibt erhalten.',
  publishForbidden: 'Nicht gesendet: Sie dürfen hier nicht schreiben. Ihr Text bleibt erhalten.',
  publishTooLarge: 'Nicht gesendet: Das ist zu groß. Ihr Text bleibt erhalten.',
  publishRefused: 'Nicht gesendet: Der Server hat abgelehnt. Ihr Text bleibt erhalten.',
  publishWaits: 'Offline: Senden geht wieder, sobald die Verbindung steht',

  // lp-number
  noChange: 'unverändert',
  changedUp: (by) => `um ${by} gestiegen`,
  changedDown: (by) => `um ${by} gefallen`,
  percentagePoints: (count) =>
    plural(LANGUAGE, count, { one: '# Prozentpunkt', other: '# Prozentpunkte' }),
  shortPoints: (count) => `${count} PP`,
  bothChanges: (by, percent) => `${by} (${percent})`,
  sinceAgo: (ago) => `gegenüber ${ago}`,
  sincePrevious: 'gegenüber dem vorigen Wert',
  numberOf: (share, target) => `${share} von ${target}`,
  numberMin: (value) => `min. ${value}`,
  numberMax: (value) => `max. ${value}`,
  sinceStart: 'seit Beginn',
  better: 'besser',
  worse: 'schlechter',

  // lp-meter
  aboveScale: 'über der Skala',
  belowScale: 'unter der Skala',

  // lp-list
  moreRows: (count) =>
    plural(LANGUAGE, count, { one: '# weiterer Eintrag', other: '# weitere Einträge' }),
  noRows: 'Keine Einträge',

  // lp-tracker
  trackerPeriod: (from, to) => `${from} bis ${to}`,
  trackerNone: 'Keine Daten',
  trackerNeutral: 'Ohne Bewertung',
  trackerNow: 'jetzt',
  trackerCounts: (count) => plural(LANGUAGE, count, { one: '# Eintrag', other: '# Einträge' }),
  trackerFor: (span) => `seit ${span}`,
  trackerOver: (span) => `über ${span}`,
  trackerSince: (moment) => `seit ${moment}`,
  trackerHelp: 'Pfeiltasten lesen die Zeiträume.',

  // An empty channel
  emptyCopy: 'Befehl kopieren',
  emptyCopied: 'Kopiert',
  emptyToken: 'Falls der Server ein Token verlangt:',

  // lp-alerts
  alertsNone: (count, word) => `Alle ${countText(LANGUAGE, count)} ${word}`,
  alertsCount: (good, all, word) =>
    `${countText(LANGUAGE, good)} von ${countText(LANGUAGE, all)} ${word}`,

  // lp-dashboard
  fullScreen: 'Vollbild',
  leaveFullScreen: 'Vollbild verlassen',
  pages: 'Seiten',
  pageOf: (page, all) => `Seite ${page} von ${all}`,
  pagesStop: 'Auf dieser Seite bleiben',
  badConfig: 'Die Konfiguration dieses Dashboards ist nicht lesbar',
};
