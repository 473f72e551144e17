import { countText, listText } from '../../format/plural.ts';
import type { Words } from '../messages.ts';

const LANGUAGE = 'ja';
const names = (all: string[]): string => listText(LANGUAGE, all);
const text = (count: number): string => countText(LANGUAGE, count);

/** Japanese: there are no plurals, and what an age refers to follows it. */
export const JAPANESE: Words = {
  // States of a widget
  noValue: '値なし',
  waitingForData: 'データを待っています',
  noChannel: 'チャンネルが選択されていません',
  noData: (name) => (name ? `${name} のデータはまだありません` : 'まだデータがありません'),
  cannotShow: 'このデータは表示できません',
  cannotRead: (shape) => `${shape} を読み取れません`,
  severalSeries: (count) => `${countText(LANGUAGE, count)}系列: 1つ選択してください`,
  noSeries: (name) => `系列「${name}」はありません`,
  firstData: (age) => `最初のデータ: ${age}`,
  refused: 'サーバーがリクエストを拒否しました',
  refusedBetween: (status) => `サーバーに届く前に拒否されました (${status})`,
  badChannel: (channel) => `「${channel}」は有効なチャンネル名ではありません`,
  badSource: 'ソースのアドレスが正しくありません',
  signIn: '表示するにはサインインしてください',
  offline: 'オフライン',
  stale: '古いデータ',
  paused: '一時停止中',
  error: 'エラー',
  denied: 'アクセス不可',
  ok: '正常',
  warn: '警告',
  danger: '重大',

  // Ages
  updatedNow: 'たった今更新',
  updated: (age) => `${age}に更新`,
  updatesWaiting: (count) => `${text(count)} 件の更新が待機中`,

  // Controls
  pause: '一時停止',
  resume: '再開',
  retry: '再試行',
  retryNow: '今すぐ再試行',

  // Announcements
  saidWarn: (all) => `${names(all)}: 警告。`,
  saidDanger: (all) => `${names(all)}: 重大。`,
  saidOk: (all) => `${names(all)}: 正常に戻りました。`,
  saidLost: '接続が切れました。値が古い可能性があります。',
  saidRestored: '接続が回復しました。',

  // lp-range
  rangeName: '期間',
  rangeLast: (span) => `直近 ${span}`,
  rangeToday: '今日',
  rangeWeek: '今週',
  rangeMonth: '今月',
  rangeEarlier: '前へ',
  rangeLater: '次へ',
  rangeLive: 'ライブ',
  rangeCustom: 'その他…',
  rangeFrom: '開始',
  rangeTo: '終了',
  rangeShow: '表示',
  rangeWrong: '終了は開始より後にしてください',
  // lp-status
  statusConnecting: '接続しています',
  statusLive: 'ライブ',
  statusReconnecting: '接続が切れました',
  statusOffline: 'オフライン',
  statusPaused: '一時停止中',
  statusDenied: 'サインインが必要です',
  statusNone: 'ソースなし',
  retryIn: (time) => `${time}後に再試行`,
  staleChannels: (stale, all) =>
    `${text(all)} チャンネル中 ${text(stale)} チャンネルのデータが古くなっています`,
  manyTabs: (count) => `${text(count)} 個のタブが接続中のため、ほかは待機します`,
  oldest: (age) => `最も古いデータは${age}`,
  details: '接続の詳細',
  detailServer: 'サーバー',
  detailContact: '最終通信',
  detailLatency: '遅延',
  detailVersion: 'ウィジェットのバージョン',
  detailChannels: 'チャンネル',
  detailOldest: '最も古いチャンネル',
  detailAhead: '時計の進み',
  never: 'なし',
  listed: (parts) => parts.join('、'),

  // lp-metric-chart
  chartSpan: (name, span) => `${name}、直近 ${span}`,
  chartHeld: (name, from, to) => `${name}、${from}～${to}`,
  chartFigures: ({ now, low, high, mean }) =>
    `現在 ${now}、最小 ${low}、最大 ${high}、平均 ${mean}`,
  chartHelp:
    '矢印キーで値を読み上げ、Shift と矢印キーで期間を移動し、プラスとマイナスで拡大・縮小、Escape でライブ表示に戻ります。',
  chartTime: '時刻',
  chartTable: '表で表示',
  chartNoTable: '表を隠す',
  chartLive: 'ライブ表示に戻る',
  chartSince: (time) => `${time}から`,
  chartEarlier: (name, span) => `${name}（${span}前）`,
  chartNoNumbers: (shape) => `数値がありません：${shape}`,
  chartNotLoaded: 'グラフを描くコードを読み込めませんでした',
  chartShown: (shown, all) =>
    `${countText(LANGUAGE, all)}件中${countText(LANGUAGE, shown)}件を表示`,
  chartRows: (count) => `${countText(LANGUAGE, count)}行`,
  chartMenu: 'その他',
  chartCsv: 'CSV をダウンロード',
  chartPng: '画像をダウンロード',
  chartFull: '全画面',
  chartTag: 'タグをコピー',
  chartCopied: 'コピーしました',
  chartNow: '現在',
  chartMin: '最小',
  chartMean: '平均',
  chartMax: '最大',
  chartSum: '合計',
  chartAt: (value, time) => `${value}（${time}）`,
  chartCount: '件数',

  // lp-feed
  feedNew: (count) => `新着 ${text(count)} 件`,
  feedSaidNew: (count, name) => `${name}: 新着 ${text(count)} 件。`,
  feedSearch: '検索',
  feedDownload: 'テキストとして保存',
  feedNothing: '該当する項目はまだありません',
  itemDebug: 'デバッグ',
  itemInfo: '情報',
  itemOk: '正常',
  itemWarn: '警告',
  itemError: 'エラー',
  itemCritical: '重大',

  // lp-publish
  publishMessage: 'メッセージ',
  publishAuthor: 'お名前',
  publishSend: '送信',
  publishSending: '送信中',
  publishSent: '送信しました。',
  publishBlank: '先に何か入力してください',
  publishTooLong: (over) => `${text(over)} 文字超過しています`,
  publishCount: (used, most) => `${text(most)} 文字中 ${text(used)} 文字`,
  publishNotReached: '未送信: サーバーに接続できません。入力内容は保持されています。',
  publishTooMany: '未送信: 短時間に送信が多すぎます。入力内容は保持されています。',
  publishTryIn: (time) => `${time}後にもう一度お試しください`,
  publishSignIn: '未送信: 先にサインインしてください。入力内容は保持されています。',
  publishForbidden: '未送信: ここに書き込む権限がありません。入力内容は保持されています。',
  publishTooLarge: '未送信: サイズが大きすぎます。入力内容は保持されています。',
  publishRefused: '未送信: サーバーに拒否されました。入力内容は保持されています。',
  publishWaits: 'オフライン: 接続が回復すると送信できます',

  // lp-number
  noChange: '変化なし',
  changedUp: (by) => `${by} 上昇`,
  changedDown: (by) => `${by} 低下`,
  percentagePoints: (count) => `${text(count)} パーセントポイント`,
  shortPoints: (count) => `${count} pt`,
  bothChanges: (by, percent) => `${by}（${percent}）`,
  sinceAgo: (ago) => `${ago}比`,
  sincePrevious: '前回比',
  numberOf: (share, target) => `${target} の ${share}`,
  numberMin: (value) => `最小 ${value}`,
  numberMax: (value) => `最大 ${value}`,
  sinceStart: '開始時比',
  better: '改善',
  worse: '悪化',

  // lp-meter
  aboveScale: '目盛りの上限超え',
  belowScale: '目盛りの下限未満',

  // lp-list
  moreRows: (count) => `他 ${text(count)} 件`,
  noRows: '表示する項目はありません',

  // lp-tracker
  trackerPeriod: (from, to) => `${from}～${to}`,
  trackerNone: 'データなし',
  trackerNeutral: '評価なし',
  trackerNow: '現在',
  trackerCounts: (count) => `${text(count)} 件`,
  trackerFor: (span) => `${span}間`,
  trackerOver: (span) => `${span}以上`,
  trackerSince: (moment) => `${moment}から`,
  trackerHelp: '矢印キーで期間を読み上げます。',

  // An empty channel
  emptyCopy: 'コマンドをコピー',
  emptyCopied: 'コピーしました',
  emptyToken: 'サーバーがトークンを求める場合：',

  // lp-alerts
  alertsNone: (count, word) => `全 ${text(count)} 件 ${word}`,
  alertsCount: (good, all, word) => `${text(all)} 件中 ${text(good)} 件 ${word}`,

  // lp-dashboard
  fullScreen: '全画面表示',
  leaveFullScreen: '全画面表示を終了',
  pages: 'ページ',
  pageOf: (page, all) => `${all} ページ中 ${page} ページ`,
  pagesStop: 'このページで止める',
  badConfig: 'このダッシュボードの設定を読み込めません',
};
