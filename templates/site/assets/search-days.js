// The days that a query names, in whatever form: 2025년 9월, Sep 30, 2025, 지난주, 9월부터 10월까지. No DOM.

const FULL = 'january|february|march|april|may|june|july|august|september|october|november|december';
const NAMES = `(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|${FULL})`;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const BEFORE = '(?<![\\p{L}\\p{N}.-])';
const YEAR = '(?<![\\d.])(?<year>(?:19|20)\\d\\d)';
const SHORT = "(?<![\\d.\\p{L}])(?<year>['’]\\d\\d|[23]\\d(?= ?[년年] ?\\d))";
const OF_YEAR = '(?:[-./] ?| ?[년年] ?| (?=\\d{1,2} ?[월月]))';
const NTH = '(?<day>\\d{1,2})(?:st|nd|rd|th)?';
const WEEKS = ['첫', '둘|두', '셋|세', '넷|네', '다섯'];
const PARTS = { 초: [1, 10], 중순: [11, 20], 하순: [21, 31], 말: [21, 31] };
// What may follow a day: 12월 3일자, 3일 수요일, 3일(수)에; and what makes a range of it.
const AFTER = '(?:자|치|에(?:는|서)?|의|엔)?(?: ?[월화수목금토일]요일(?:에|의)?| ?\\([월화수목금토일]\\))?(?:(?![\\p{L}\\p{N}])|(?=부터|까지|이후|이전|에서))';
const MONTH = '(?<month>\\d{1,2})';
const DATES = [
  `${YEAR}${OF_YEAR}${MONTH}(?:[-./] ?| ?[월月] ?)(?<day>\\d{1,2})(?: ?[일日]|\\.)?`,
  `${SHORT}${OF_YEAR}${MONTH}(?:[-./] ?| ?[월月] ?)(?<day>\\d{1,2})(?: ?[일日]|\\.)?`,
  `(?<![\\d.])(?<year>[23]\\d)\\.${MONTH}\\.(?<day>\\d{1,2})(?!\\.?\\d)`,
  `${YEAR}(?<month>0[1-9]|1[0-2])(?<day>[0-3]\\d)?(?!\\d)`,
  `${YEAR}(?:-?| )W(?<week>\\d{1,2})`,
  `${YEAR} ?[년年] ?(?<week>\\d{1,2}) ?주차?`,
  `(?:(?:${YEAR}|${SHORT})${OF_YEAR})?(?<![\\d.])${MONTH} ?월 ?(?:(?<weekIn>[1-6]) ?(?:주차?|번째 ?주)|(?<nth>${WEEKS.join('|')})(?:째|번째) ?주)`,
  `(?:(?:${YEAR}|${SHORT})${OF_YEAR})?(?<![\\d.])${MONTH} ?월 ?(?<part>${Object.keys(PARTS).join('|')})`,
  `${YEAR}(?: ?년)? ?(?:(?<half>[상하])반기|(?<quarter>[1-4]) ?분기|Q(?<quarter>[1-4]))`,
  `${BEFORE}Q(?<quarter>[1-4]),? ?${YEAR}`,
  `(?:${YEAR}|${SHORT})${OF_YEAR}${MONTH}(?: ?[월月]|(?= ?[~-] ?\\d{1,2} ?월))?`,
  `(?<![\\d.])${MONTH} ?[월月](?: ?(?<day>\\d{1,2}) ?[일日])?`,
  `${BEFORE}${NTH} (?:of )?(?<name>${NAMES})\\.?(?:,? ?${YEAR})?`,
  `${BEFORE}(?<name>${NAMES})\\.? ?${NTH}(?:,? ${YEAR})?`,
  `${BEFORE}(?<name>${NAMES})\\.?,? ${YEAR}`,
  `${YEAR}[ -](?<name>${NAMES})\\.?(?: ${NTH})?`,
  `${YEAR} ?[년年]`,
].map((pattern) => new RegExp(unique(pattern) + AFTER, 'iu'));
// Words that mean something else as well: they are days where they stand alone, or where nothing is found of the word.
const SOFT = [YEAR, `${BEFORE}(?<name>${FULL})`, `${SHORT} ?년?`].map((pattern) => new RegExp(pattern + AFTER, 'iu'));
const SHORTENED = new RegExp(`${BEFORE}(?<name>${NAMES})\\.?${AFTER}`, 'iu');
const COUNTS = { 하루: 1, 이틀: 2, 사흘: 3, 나흘: 4, 닷새: 5, 일주일: 7, 한: 1, 두: 2, 세: 3 };
const LATELY = new RegExp(`(?<![\\p{L}\\p{N}])(?:(?:최근|지난|요) ?(?:(?<ko>\\d{1,3}|한|두|세) ?(?<unit>일|주|달|개월|년)(?:간|동안)?|(?<few>하루|이틀|사흘|나흘|닷새|일주일)(?:간|동안)?)|(?:past|last) (?<en>\\d{1,3} )?(?<units>days?|weeks?|months?|years?))(?:에|의)?(?![\\p{L}\\p{N}])`, 'iu');
const RELATIVE = [
  ['오늘|금일|today', 'day', 0], ['어제|전날|작일|yesterday', 'day', -1], ['그제|그저께|엊그제', 'day', -2],
  ['이번 ?주|금주|this week', 'week', 0], ['지난 ?주|저번 ?주|전주|last week', 'week', -1], ['지지난 ?주|저저번 ?주', 'week', -2],
  ['이번 ?달|이달|금월|this month', 'month', 0], ['지난 ?달|저번 ?달|전월|last month', 'month', -1],
  ['올해|금년|this year', 'year', 0], ['작년|지난 ?해|last year', 'year', -1], ['재작년', 'year', -2],
].map(([words, unit, back]) => [new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?:자|에|의|엔)?(?![\\p{L}\\p{N}])`, 'iu'), unit, back]);
// 작년 11월.
const YEARS = [/올해|금년/u, /^(?!재)작년|지난 ?해/u, /재작년/u];
const OF_SOME_YEAR = /(?<![\p{L}\p{N}])(?:올해|금년|재?작년|지난 ?해) ?(?=\d{1,2} ?(?:월|분기)|[상하]반기)/gu;
const SINCE = /^ ?(?:부터|이후(?:로|에)?)(?![\p{L}\p{N}])/u;
const TILL = /^ ?까지(?:의)?(?![\p{L}\p{N}])/u;
const EARLIER = /^ ?이전(?:에|의)?(?![\p{L}\p{N}])/u;
const AND = /^ ?(?:부터|에서|[~∼〜–—-]|\.\.|(?:to|until|till|through|and)(?= )) ?/iu;
// Of a date that is still being typed, what its last unit was to be: 10ㅇ, 10워, 2025ㄴ.
const HALF = /(?<=\d) ?(?:(\u1102|녀)|(\u110b|우|워|이)|\u110c)$/u;
const LISTING = /^(?:목록|리스트|모음|전체|모두|전부|모든|정리|요약|보기|글|올라온|나온|게재된?|등록된?|발표된?|인기|주요|하루치?|날짜|list|all|every|overview|summar(?:y|ies)|published|posted|submitted|released|top|during|since|between)(?:을|를|의|은|는|만)?$/u;

/** Whether a word only says that papers are to be listed: 목록. @param {string} word */
export const isListing = (word) => LISTING.test(word);

/** A pattern in which a group is named once, though it stands in several of its ways; not all browsers take two. */
function unique(pattern) {
  const seen = {};
  return pattern.replace(/(?<=\(\?<)[a-z]+(?=>)/gi, (name) => { seen[name] = (seen[name] ?? 0) + 1; return seen[name] > 1 ? name + seen[name] : name; });
}

const DAY = 864e5;
const iso = (time) => new Date(time).toISOString().slice(0, 10);
const localDay = () => { const now = new Date(); return iso(now.getTime() - now.getTimezoneOffset() * 6e4); };
const monday = (time) => time - ((new Date(time).getUTCDay() + 6) % 7) * DAY;

/** First and last day of something near today. @param {string} unit @param {number} back @param {string} today */
function near(unit, back, today) {
  const now = Date.parse(`${today}T00:00Z`);
  if (unit === 'day') return [iso(now + back * DAY), iso(now + back * DAY)];
  if (unit === 'week') return [iso(monday(now) + back * 7 * DAY), iso(monday(now) + back * 7 * DAY + 6 * DAY)];
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
  return unit === 'month' ? [iso(Date.UTC(year, month + back, 1)), iso(Date.UTC(year, month + back + 1, 0))] : [`${year + back}-01-01`, `${year + back}-12-31`];
}

/** First and last day of a date in a year. A week is of the year, and of the month, that has its Thursday. */
function bounds({ month, day, week, weekIn, part, half, quarter }, year) {
  const two = (n) => String(n).padStart(2, '0');
  if (week || weekIn) {
    const first = monday(Date.UTC(year, weekIn ? month - 1 : 0, 4)) + ((week ?? weekIn) - 1) * 7 * DAY;
    return [iso(first), iso(first + 6 * DAY)];
  }
  if (half || quarter) {
    const [from, to] = half ? (half === '상' ? [1, 6] : [7, 12]) : [quarter * 3 - 2, quarter * 3];
    return [`${year}-${two(from)}-01`, `${year}-${two(to)}-31`];
  }
  const [from, to] = part ? PARTS[part] : day ? [day, day] : [1, 31];
  return [`${year}-${two(month ?? 1)}-${two(from)}`, `${year}-${two(month ?? 12)}-${two(to)}`];
}

const number = (text) => (text === undefined ? undefined : Number(text));
/** What a pattern has found, as numbers. @param {RegExpExecArray} found */
function dateOf(found) {
  const of = (name) => found.groups[name] ?? found.groups[`${name}2`];
  const [written, name, nth] = [of('year')?.replace(/['’]/, ''), of('name'), of('nth')];
  const weekIn = nth ? WEEKS.findIndex((ways) => ways.split('|').includes(nth)) + 1 : number(of('weekIn'));
  return {
    at: found.index, end: found.index + found[0].length, weekIn, part: of('part'), half: of('half'),
    year: number(written?.length === 2 ? `20${written}` : written), week: number(of('week')), quarter: number(of('quarter')),
    month: name ? MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1 : number(of('month')), day: number(of('day')),
  };
}

/** The date that stands first in a text, of those the longest. @param {string} text @param {RegExp[]} patterns */
function first(text, patterns) {
  const found = patterns.map((pattern) => pattern.exec(text)).filter(Boolean);
  return found.length ? dateOf(found.reduce((one, other) => (other.index < one.index || (other.index === one.index && other[0].length > one[0].length) ? other : one))) : undefined;
}

const possible = ({ month, day, week }) => !(month === 0 || month > 12 || day === 0 || day > 31 || week === 0 || week > 53);

/** What a date stands for whose end is missing: 2025년 1 may become October. @param {string} text */
function growing(date, text) {
  const last = date.day ?? date.month;
  if (date.end < text.length || !/[년월] ?\d$/.test(text) || !last || last > (date.day ? 3 : 1)) return [date];
  const name = date.day ? 'day' : 'month';
  return [last, ...Array.from({ length: 10 }, (_, i) => last * 10 + i)].map((n) => ({ ...date, [name]: n })).filter(possible);
}

/** The second date of a range: as any other, or only its day or month. */
function second(text, date) {
  const other = first(text, [...DATES, ...SOFT, SHORTENED]);
  if (other?.at === 0) return other;
  const alone = new RegExp(`^${NTH}(?:일(?:까지)?|(?:,? ?${YEAR})?)(?![\\p{L}\\p{N}])`, 'iu').exec(text);
  return alone && date.day ? { ...dateOf(alone), month: date.month } : undefined;
}

/** Days from one date to another; a year stands with one of them, or with none. */
function between(one, other) {
  const [year, until] = [one.year ?? other.year, other.year ?? one.year];
  const within = (from, to) => (day) => (from <= to ? from <= day && day <= to : from <= day || day <= to);
  if (!year) return (day) => within(bounds(one, day.slice(0, 4))[0], bounds(other, day.slice(0, 4))[1])(day);
  const [from, to] = [bounds(one, year)[0], bounds(other, until)[1]];
  if (from <= to || (one.year && other.year)) return within(...[from, to].sort());
  return one.year ? within(from, bounds(other, until + 1)[1]) : within(bounds(one, year - 1)[0], to);
}

/** The days that a text counts from today, if it does. @param {string} text @param {string} today */
function lately(text, today) {
  const found = LATELY.exec(text);
  const { ko, unit, few, en, units } = found?.groups ?? {};
  const single = units && !en && found[0].toLowerCase().startsWith('last');
  if (found && !single) {
    const count = Number(COUNTS[ko ?? few] ?? ko ?? en ?? 1);
    const days = count * (/년|year/i.test(unit ?? units ?? '') ? 365 : /달|개월|month/i.test(unit ?? units ?? '') ? 30 : /주|week/i.test(unit ?? units ?? '') ? 7 : 1);
    return { found, from: iso(Date.parse(`${today}T00:00Z`) - days * DAY), to: today };
  }
  const [said] = RELATIVE.map(([pattern, unit, back]) => ({ found: pattern.exec(text), unit, back })).filter((one) => one.found);
  if (!said) return undefined;
  const [from, to] = near(said.unit, said.back, today);
  return { found: said.found, from, to };
}

/** The days that a text names in whatever form, and what else it says: 2026년 4월 로봇, Jul 2, 2026, 4월 1일 (of any year).
 * @param {string} text @param {string} [today] as YYYY-MM-DD
 * @returns {{on: (day: string) => boolean, named: string, rest: string, soft: boolean} | undefined} `on` is asked with YYYY-MM-DD;
 * `soft` if the words may mean no days */
export function daysIn(text, today = localDay()) {
  const whole = text.normalize('NFKC').trim().replace(OF_SOME_YEAR, (word) => `${Number(today.slice(0, 4)) - YEARS.findIndex((ways) => ways.test(word))}년 `);
  const plain = whole.replace(HALF, (_, year, month) => (year ? '년' : !month ? '주' : /월 ?\d+ ?\S$/.test(whole) ? '일' : '월'));
  const cut = (at, end) => ({ named: plain.slice(at, end).trim(), rest: `${plain.slice(0, at).replace(/(?:^| )(?:from|since|until|before|between|in|on|of) $/iu, ' ')} ${plain.slice(end)}`.trim() });
  let date = first(plain, DATES);
  const soft = !date;
  if (soft) {
    const near = lately(plain, today);
    if (near) return { on: (day) => near.from <= day && day <= near.to, soft: /^[a-z]/i.test(near.found[0]), ...cut(near.found.index, near.found.index + near.found[0].length) };
  }
  // September to October 2025: what is soft alone may begin a range.
  const begun = first(plain, [...SOFT, SHORTENED]);
  const leads = begun && (!date || begun.at < date.at) && AND.exec(plain.slice(begun.end));
  if (leads && second(plain.slice(begun.end + leads[0].length), begun)) date = begun;
  date ??= first(plain, SOFT);
  if (!date) return undefined;
  const after = plain.slice(date.end);
  const and = AND.exec(after);
  const other = and && second(after.slice(and[0].length), date);
  if (other && possible(other) && possible(date)) {
    const end = date.end + and[0].length + other.end;
    const till = TILL.exec(plain.slice(end));
    return { on: between(date, other), soft: false, ...cut(date.at, end + (till?.[0].length ?? 0)) };
  }
  if (!possible(date)) return { on: () => false, soft, ...cut(date.at, date.end) };
  const [since, till, earlier] = [SINCE, TILL, EARLIER].map((pattern) => pattern.exec(after)?.[0]);
  const word = /(?:^| )(since|from|until|before) $/i.exec(plain.slice(0, date.at))?.[1].toLowerCase();
  if (since || till || earlier || word) {
    const now = Number(today.slice(0, 4));
    const [from, to] = bounds(date, date.year ?? (bounds(date, now)[0] <= today ? now : now - 1));
    const on = since || /since|from/.test(word) ? (day) => day >= from : earlier || word === 'before' ? (day) => day < from : (day) => day <= to;
    return { on, soft: false, ...cut(date.at, date.end + (since ?? till ?? earlier ?? '').length) };
  }
  const on = (day) => growing(date, plain).some((one) => { const [from, to] = bounds(one, one.year ?? day.slice(0, 4)); return from <= day && day <= to; });
  const { named, rest } = cut(date.at, date.end);
  // Models may fail.
  return rest && /^(?:may|march)$/i.test(named) ? undefined : { on, soft, named, rest };
}
