// Where a text holds what was looked for, and how a result shows it. Needs dates.js.
const { fold, isDense } = await import(`./search-query.js${new URL(import.meta.url).search}`);

/** @param {string} name @param {object} props @param {(Node | string)[]} children */
export function make(name, props, ...children) {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
}

const plain = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const spaced = (word, between = '[\\s-]?') => [...word].map(plain).join(between);

/** A pattern of needles for `spots`: up to four letters are whole words. @param {string[]} needles */
export function pattern(needles) {
  const parts = needles.filter(Boolean).sort((a, b) => b.length - a.length).map((needle) => {
    if (isDense(needle)) return spaced(needle);
    const counted = needle.length > 1 && /\d/.test(needle);
    const body = counted ? spaced(needle, "[\\s\\-.,'’/+_]?").replace(/x$/, '[x×]') : /^[a-z]{9,}$/.test(needle) ? spaced(needle) : plain(needle);
    return `${body}${needle.length < 5 ? 's?(?![a-z])' : ''}`;
  });
  return parts.length ? new RegExp(parts.join('|'), 'giu') : /(?!)/gu;
}

/** Whether what was found at a place begins within a word, where it says nothing; two letters of Hangul do anywhere. */
function within(text, at, found) {
  if (!at || (isDense(found) && found.length > 1)) return false;
  return (isDense(found) ? /\p{L}/u : /[\p{L}\p{N}]/u).test(text[at - 1]);
}

/** Where a text holds them: pairs of begin and end, in order. @param {string} text @param {RegExp} needles */
export function spots(text, needles) {
  const found = [];
  needles.lastIndex = 0;
  for (let one; (one = needles.exec(text));) {
    if (within(text, one.index, one[0])) needles.lastIndex = one.index + 1; else found.push([one.index, one.index + one[0].length]);
  }
  return found;
}

/** Whether texts hold every phrase that was put in quotation marks. @param {string[]} texts @param {string[]} phrases */
export function holds(texts, phrases) {
  const even = (text) => text.replace(/[\s\u2010-\u2013-]+/g, ' ');
  const text = even(fold(texts.join('\n')));
  return phrases.every((phrase) => {
    const edge = isDense(phrase) ? '' : '(?<![\\p{L}\\p{N}])';
    return new RegExp(edge + plain(even(phrase)), 'u').test(text);
  });
}

/** A text with its needles marked; if it is long and `cut`, only around the first. */
export function marked(text, needles, cut = false) {
  const found = spots(text, needles);
  let [begin, end] = [0, text.length];
  if (cut && found.length && end > 160) {
    begin = Math.max(0, Math.min(found[0][0] - 40, end - 140));
    if (begin) begin = Math.min(found[0][0], text.indexOf(' ', begin) + 1 || begin);
    if (begin + 140 < end) end = Math.max(found[0][1], text.lastIndexOf(' ', begin + 140));
  }
  const pieces = begin ? ['… '] : [];
  let at = begin;
  for (const [low, high] of found.filter((spot) => spot[0] >= begin && spot[1] <= end)) {
    pieces.push(text.slice(at, low), make('mark', { textContent: text.slice(low, high) }));
    at = high;
  }
  return [...pieces, text.slice(at, end), end < text.length ? ' …' : ''];
}

/** One result as it is listed. @param {import('./search-core.js').Card} card @param {RegExp} needles @param {DOMStringMap} say */
export function result(card, needles, say, base) {
  const [title, tldr] = [card.title, card.tldr].map((text) => text.normalize('NFC'));
  const link = make('a', { href: new URL(card.url, base).href }, ...marked(tldr || title, needles));
  return make('li', {}, make('p', { className: 'l' }, make('time', { dateTime: card.day, textContent: dated(card.day, say) })), make('div', {},
    make('p', { className: 'say', ...(tldr ? {} : { lang: 'en' }) }, link),
    ...(tldr ? [make('p', { className: 'ttl', lang: 'en' }, ...marked(title, needles))] : []),
    make('p', { className: 'meta', textContent: [...card.signs, ...card.topics].join(' · ') })));
}

/** Whether the listed text shows every needle, so that no line of the paper's text need say where they are. */
export const shows = (card, needles) => needles.every((needle) => spots([card.title, card.tldr, ...card.topics].join('\n'), pattern([needle])).length);

/** Lines from the paper's text, up to three, for what its listed text does not show.
 * @param {string[]} texts @param {string[]} needles @param {string[]} headings */
export function lines(card, texts, needles, headings) {
  let missing = needles.filter((needle) => !shows(card, [needle]));
  const found = [];
  for (const [i, text] of texts.entries()) {
    const fresh = missing.filter((needle) => spots(text, pattern([needle])).length);
    if (!fresh.length || found.length === 3) continue;
    missing = missing.filter((needle) => !fresh.includes(needle));
    found.push(make('p', { className: 'hit' }, make('b', { textContent: headings[i] }), ' ', ...marked(text.normalize('NFC'), pattern(needles), true)));
  }
  return found;
}
