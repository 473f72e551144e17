import { countText, listText, plural } from '../../format/plural.ts';
import type { Words } from '../messages.ts';

const LANGUAGE = 'ar';

/** Names are often Latin: isolated, they do not change the direction of the sentence around them. */
const own = (text: string): string => `\u2068${text}\u2069`;
const names = (all: string[]): string => listText(LANGUAGE, all.map(own));
const items = (count: number): string =>
  plural(LANGUAGE, count, {
    zero: 'لا عناصر جديدة',
    one: 'عنصر جديد واحد',
    two: 'عنصران جديدان',
    few: '# عناصر جديدة',
    many: '# عنصرًا جديدًا',
    other: '# عنصر جديد',
  });

/** Modern Standard Arabic. One and two are words, not figures. */
export const ARABIC: Words = {
  // States of a widget
  noValue: 'لا قيمة',
  waitingForData: 'بانتظار البيانات',
  noChannel: 'لم تُحدَّد قناة',
  noData: (name) => (name ? `لا بيانات بعد من ${own(name)}` : 'لا توجد بيانات بعد'),
  cannotShow: 'لا يمكن عرض هذه البيانات',
  cannotRead: (shape) => `تعذرت قراءة ${own(shape)}`,
  severalSeries: (count) =>
    plural(LANGUAGE, count, {
      zero: 'لا سلاسل',
      one: 'سلسلة واحدة: اختر واحدة',
      two: 'سلسلتان: اختر واحدة',
      few: '# سلاسل: اختر واحدة',
      many: '# سلسلة: اختر واحدة',
      other: '# سلسلة: اختر واحدة',
    }),
  noSeries: (name) => `لا توجد سلسلة ${own(name)}`,
  firstData: (age) => `أول البيانات ${age}`,
  refused: 'رفض الخادم هذا الطلب',
  refusedBetween: (status) => `رُفض الطلب قبل وصوله إلى الخادم (${status})`,
  badChannel: (channel) => `«${own(channel)}» ليس اسم قناة صالحًا`,
  badSource: 'عنوان المصدر غير صالح',
  signIn: 'سجّل الدخول لعرض هذا',
  offline: 'غير متصل',
  stale: 'بيانات قديمة',
  paused: 'متوقف مؤقتًا',
  error: 'خطأ',
  denied: 'الوصول غير مسموح',
  ok: 'طبيعي',
  warn: 'تحذير',
  danger: 'حرج',

  // Ages
  updatedNow: 'حُدِّث الآن',
  updated: (age) => `حُدِّث ${age}`,
  updatesWaiting: (count) =>
    plural(LANGUAGE, count, {
      zero: 'لا تحديثات بالانتظار',
      one: 'تحديث واحد بالانتظار',
      two: 'تحديثان بالانتظار',
      few: '# تحديثات بالانتظار',
      many: '# تحديثًا بالانتظار',
      other: '# تحديث بالانتظار',
    }),

  // Controls
  pause: 'إيقاف مؤقت',
  resume: 'استئناف',
  retry: 'إعادة المحاولة',
  retryNow: 'أعد المحاولة الآن',

  // Announcements
  saidWarn: (all) => `${names(all)}: تحذير.`,
  saidDanger: (all) => `${names(all)}: حالة حرجة.`,
  saidOk: (all) => `${names(all)}: عودة إلى الوضع الطبيعي.`,
  saidLost: 'انقطع الاتصال. قد تكون القيم قديمة.',
  saidRestored: 'عاد الاتصال.',

  // lp-range
  rangeName: 'الفترة الزمنية',
  rangeLast: (span) => `آخر ${span}`,
  rangeToday: 'اليوم',
  rangeWeek: 'هذا الأسبوع',
  rangeMonth: 'هذا الشهر',
  rangeEarlier: 'أقدم',
  rangeLater: 'أحدث',
  rangeLive: 'مباشر',
  rangeCustom: 'أخرى…',
  rangeFrom: 'من',
  rangeTo: 'إلى',
  rangeShow: 'عرض',
  rangeWrong: 'يجب أن تأتي النهاية بعد البداية',
  // lp-status
  statusConnecting: 'جارٍ الاتصال',
  statusLive: 'مباشر',
  statusReconnecting: 'انقطع الاتصال',
  statusOffline: 'غير متصل',
  statusPaused: 'متوقف مؤقتًا',
  statusDenied: 'يلزم تسجيل الدخول',
  statusNone: 'لا مصدر',
  retryIn: (time) => `المحاولة التالية بعد ${time}`,
  staleChannels: (stale, all) =>
    `القنوات المتأخرة: ${countText(LANGUAGE, stale)} من ${countText(LANGUAGE, all)}`,
  manyTabs: (count) => `علامات التبويب المتصلة: ${countText(LANGUAGE, count)}، وينتظر غيرها`,
  oldest: (age) => `أقدمها ${age}`,
  details: 'تفاصيل الاتصال',
  detailServer: 'الخادم',
  detailContact: 'آخر اتصال',
  detailLatency: 'زمن الاستجابة',
  detailVersion: 'إصدار الأدوات',
  detailChannels: 'القنوات',
  detailOldest: 'أقدم القنوات المتأخرة',
  detailAhead: 'ساعة متقدمة',
  never: 'لم يحدث',
  listed: (parts) => parts.join('، '),

  // lp-metric-chart
  chartSpan: (name, span) => `${own(name)}، آخر ${span}`,
  chartHeld: (name, from, to) => `${own(name)}، من ${from} إلى ${to}`,
  chartFigures: ({ now, low, high, mean }) =>
    `الآن ${now}، الأدنى ${low}، الأعلى ${high}، المتوسط ${mean}`,
  chartHelp:
    'مفاتيح الأسهم تقرأ القيم، ومع Shift تحرك الفترة، وعلامتا الزائد والناقص للتقريب والتبعيد، ومفتاح Escape للعودة إلى البث المباشر.',
  chartTime: 'الوقت',
  chartTable: 'عرض في جدول',
  chartNoTable: 'إخفاء الجدول',
  chartLive: 'العودة إلى البث المباشر',
  chartSince: (time) => `منذ ${time}`,
  chartEarlier: (name, span) => `${own(name)}، قبل ${span}`,
  chartNoNumbers: (shape) => `لا توجد أرقام هنا: ${own(shape)}`,
  chartNotLoaded: 'تعذر تحميل برنامج رسم المخططات',
  chartShown: (shown, all) =>
    `المعروض ${countText(LANGUAGE, shown)} من ${countText(LANGUAGE, all)}`,
  chartRows: (count) => `الصفوف: ${countText(LANGUAGE, count)}`,
  chartMenu: 'المزيد',
  chartCsv: 'تنزيل CSV',
  chartPng: 'تنزيل صورة',
  chartFull: 'ملء الشاشة',
  chartTag: 'نسخ الوسم',
  chartCopied: 'تم النسخ',
  chartNow: 'الآن',
  chartMin: 'الأدنى',
  chartMean: 'المتوسط',
  chartMax: 'الأعلى',
  chartSum: 'المجموع',
  chartAt: (value, time) => `${value} في ${time}`,
  chartCount: 'العدد',

  // lp-feed
  feedNew: items,
  feedSaidNew: (count, name) => `${items(count)}: ${own(name)}.`,
  feedSearch: 'بحث',
  feedDownload: 'تنزيل كنص',
  feedNothing: 'لا شيء من هذا النوع بعد',
  itemDebug: 'تنقيح',
  itemInfo: 'معلومة',
  itemOk: 'سليم',
  itemWarn: 'تحذير',
  itemError: 'خطأ',
  itemCritical: 'حرج',

  // lp-publish
  publishMessage: 'الرسالة',
  publishAuthor: 'اسمك',
  publishSend: 'إرسال',
  publishSending: 'جارٍ الإرسال',
  publishSent: 'أُرسلت.',
  publishBlank: 'اكتب شيئًا أولًا',
  publishTooLong: (over) =>
    plural(LANGUAGE, over, {
      one: 'أطول من الحد بحرف واحد',
      two: 'أطول من الحد بحرفين',
      few: 'أطول من الحد بعدد # أحرف',
      many: 'أطول من الحد بعدد # حرفًا',
      other: 'أطول من الحد بعدد # حرف',
    }),
  publishCount: (used, most) =>
    plural(LANGUAGE, most, {
      few: `${countText(LANGUAGE, used)} من # أحرف`,
      many: `${countText(LANGUAGE, used)} من # حرفًا`,
      other: `${countText(LANGUAGE, used)} من # حرف`,
    }),
  publishNotReached: 'لم تُرسَل: تعذّر الوصول إلى الخادم. النص محفوظ.',
  publishTooMany: 'لم تُرسَل: رسائل كثيرة في وقت قصير. النص محفوظ.',
  publishTryIn: (time) => `حاول مرة أخرى بعد ${time}`,
  publishSignIn: 'لم تُرسَل: سجّل الدخول أولًا. النص محفوظ.',
  publishForbidden: 'لم تُرسَل: لا يُسمح لك بالكتابة هنا. النص محفوظ.',
  publishTooLarge: 'لم تُرسَل: الحجم كبير جدًا. النص محفوظ.',
  publishRefused: 'لم تُرسَل: رفضها الخادم. النص محفوظ.',
  publishWaits: 'غير متصل: يعود الإرسال ممكنًا عند عودة الاتصال',

  // lp-number
  noChange: 'لا تغيير',
  changedUp: (by) => `ارتفاع بمقدار ${by}`,
  changedDown: (by) => `انخفاض بمقدار ${by}`,
  percentagePoints: (count) =>
    plural(LANGUAGE, count, {
      one: 'نقطة مئوية واحدة',
      two: 'نقطتين مئويتين',
      few: '# نقاط مئوية',
      other: '# نقطة مئوية',
    }),
  shortPoints: (count) => `${count} ن.م.`,
  bothChanges: (by, percent) => `${by} (${percent})`,
  sinceAgo: (ago) => `مقارنةً بما كان ${ago}`,
  sincePrevious: 'مقارنةً بالقيمة السابقة',
  numberOf: (share, target) => `${share} من ${target}`,
  numberMin: (value) => `أدنى ${value}`,
  numberMax: (value) => `أعلى ${value}`,
  sinceStart: 'منذ البداية',
  better: 'أفضل',
  worse: 'أسوأ',

  // lp-meter
  aboveScale: 'فوق المقياس',
  belowScale: 'تحت المقياس',

  // lp-list
  moreRows: (count) =>
    plural(LANGUAGE, count, {
      one: 'عنصر آخر',
      two: 'عنصران آخران',
      few: '# عناصر أخرى',
      many: '# عنصرًا آخر',
      other: '# عنصر آخر',
    }),
  noRows: 'لا شيء لعرضه',

  // lp-tracker
  trackerPeriod: (from, to) => `من ${from} إلى ${to}`,
  trackerNone: 'لا بيانات',
  trackerNeutral: 'بلا تقييم',
  trackerNow: 'الآن',
  trackerCounts: (count) =>
    plural(LANGUAGE, count, {
      zero: 'لا إدخالات',
      one: 'إدخال واحد',
      two: 'إدخالان',
      few: '# إدخالات',
      many: '# إدخالًا',
      other: '# إدخال',
    }),
  trackerFor: (span) => `منذ ${span}`,
  trackerOver: (span) => `أكثر من ${span}`,
  trackerSince: (moment) => `منذ ${moment}`,
  trackerHelp: 'مفاتيح الأسهم تقرأ الفترات.',

  // An empty channel
  emptyCopy: 'نسخ الأمر',
  emptyCopied: 'تم النسخ',
  emptyToken: 'إن طلب الخادم رمزًا:',

  // lp-alerts
  alertsNone: (count, word) => `الكل (${countText(LANGUAGE, count)}): ${word}`,
  alertsCount: (good, all, word) =>
    `${countText(LANGUAGE, good)} من ${countText(LANGUAGE, all)}: ${word}`,

  // lp-dashboard
  fullScreen: 'ملء الشاشة',
  leaveFullScreen: 'إنهاء ملء الشاشة',
  pages: 'الصفحات',
  pageOf: (page, all) => `صفحة ${page} من ${all}`,
  pagesStop: 'التوقف عند هذه الصفحة',
  badConfig: 'تعذّرت قراءة إعدادات هذه اللوحة',
};
