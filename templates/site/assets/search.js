// The search page: what is typed becomes an address, a count and a list. Looking up is in search-find.js. Needs dates.js.
const version = new URL(import.meta.url).search;
const [{ Index }, { find }, { holds, lines, make, pattern, result, shows }, { rehearse }] = await Promise.all(
  ['core', 'find', 'marks', 'warm'].map((name) => import(`./search-${name}.js${version}`)));

const PAGE = 20;
const FIRST = 4;
// Milliseconds: so soon the next key follows, and so long it is awaited.
const [TYPING, UNSURE] = [600, 300];
const [form, list, count, more] = ['find', 'found', 'count', 'more'].map((id) => document.getElementById(id));
const field = form.elements.q;
const names = ['q', 'topic', 'from', 'to', 'sort'];
const say = form.dataset;
const base = new URL(say.root, document.baseURI);
const index = new Index(async (path) => {
  const answer = await fetch(new URL(`search/${path}`, base));
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return path.endsWith('.gz') ? unpacked(await answer.blob()) : answer.text();
});

/** The text of a packed file; some hosts hand it out unpacked. @param {Blob} file */
async function unpacked(file) {
  const [sign] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  return new Response(sign === 0x1f ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file).text();
}

/** A number as the pages write it; Intl takes 20 ms to start. @param {number} n */
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** @param {string} phrase @param {Record<string, string>} values */
const fill = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

let state = null;
let turn = 0;
let submitted = false;
let unsaid = false;

// Where in a paper its words stand is loaded when the result comes into view.
const headings = [say.people, say.abstract, ...say.fields.split('|'), 'arXiv'];
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    const { number, card, needles } = target.found;
    index.texts(number).then((texts) => {
      const before = target.offsetHeight;
      target.querySelector('.hit').replaceWith(...lines(card, texts, needles, headings));
      // What is above the screen must not push what is on it.
      if (target.getBoundingClientRect().top < 0) scrollBy(0, target.offsetHeight - before);
    }).catch(() => { /* the result itself is there */ });
  }
}, { rootMargin: '100px' });

/** The next papers of `now` as rows; those with quoted phrases are compared with their texts first. */
async function rows(now, wanted) {
  const made = [];
  for (let tries = now.phrases.length ? 6 : 1; tries && made.length < wanted && now.at < now.numbers.length; tries--) {
    const batch = now.numbers.slice(now.at, now.at + wanted - made.length);
    const cards = await Promise.all(batch.map((number) => index.card(number)));
    const texts = now.phrases.length ? await Promise.all(batch.map((number) => index.texts(number))) : [];
    now.at += batch.length;
    for (const [i, card] of cards.entries()) {
      if (now.phrases.length && !holds([card.title, card.tldr, ...texts[i]], now.phrases)) { now.unfit++; continue; }
      const row = result(card, now.pattern, say, base);
      row.found = { number: batch[i], card, needles: now.needles };
      made.push(row);
    }
  }
  return made;
}

/** Show further results of `now` until `target` of them are there. */
async function show(now, target) {
  const mine = turn;
  const further = now === state;
  const size = further ? list.children.length : 0;
  // The first screen does not wait for the rest.
  for (let shown = size; shown < target && (now.at < now.numbers.length || !shown);) {
    const made = await rows(now, Math.min(target, shown ? target : FIRST) - shown);
    if (mine !== turn) return;
    state = now;
    if (shown) list.append(...made); else list.replaceChildren(...made);
    for (const row of made.filter((row) => !shows(row.found.card, now.needles))) {
      row.querySelector('.meta').before(make('p', { className: 'hit', textContent: '\u00a0' }));
      watcher.observe(row);
    }
    tell(now);
    if (!made.length) break;
    shown += made.length;
  }
  if (further) list.children[size]?.querySelector('a').focus();
}

/** A text for a message: a pasted page is not repeated. Letters of Hangul alone are written as they are typed. @param {string} text */
const quoted = (text) => {
  const letters = [...text.replace(/\s+/g, ' ').replace(/[\u1100-\u1112]/g, (lead) => 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'[lead.charCodeAt(0) - 0x1100])
    .replace(/[\u1161-\u1175]/g, (vowel) => String.fromCharCode(vowel.charCodeAt(0) - 0x1161 + 0x314f))];
  return letters.length > 60 ? `${letters.slice(0, 59).join('')}…` : letters.join('');
};

/** A word as it was typed, KAIST for kaist. @param {string} text @param {string} word */
function written(text, word) {
  const at = text.toLowerCase().indexOf(word);
  return at < 0 ? word : text.slice(at, at + word.length);
}

/** What was looked for: the text with other words for some, and without those that were left out. */
const sought = ({ text, read, dropped }) => [...read, ...dropped.map((word) => [word, ''])]
  .reduce((left, [word, other]) => left.replace(written(left, word), other), text).replace(/\s+/g, ' ').trim() || text;

function tell(now) {
  more.hidden = now.at >= now.numbers.length;
  const n = now.numbers.length - now.unfit;
  const order = form.elements.sort.checked || !now.text ? say.newest : say.best;
  const phrase = !n ? (now.undated ? say.undated : say.none) : now.unfit && !more.hidden ? say.about : n === 1 ? say.one : say.other;
  const words = now.dropped.map((word) => fill(say.quoted, { word: quoted(written(now.text, word)) }));
  const notes = [
    ...now.read.map(([word, other]) => fill(say.read, { word: quoted(written(now.text, word)), other: quoted(other) })),
    ...(n && words.length ? [fill(say.dropped, { words: words.join(', ') })] : []),
    ...(now.also.length ? [fill(say.also, { words: now.also.join(', ') })] : []),
  ];
  const first = fill(now.text ? phrase : say.all, { query: quoted(n ? sought(now) : now.text), n: grouped(n), order });
  count.replaceChildren([first.replace(/[^.]$/, notes.length ? '$&.' : '$&'), ...notes].join(' '), ...offers(now, n));
}

/** What else might be asked: the words without topic and days, or the one word that something holds. */
function offers({ alone, wider, text, undated }, n) {
  const link = (phrase, values, without) => {
    const query = asked();
    for (const [name, value] of Object.entries(without)) if (value) query.set(name, value); else query.delete(name);
    return [' ', make('a', { href: `?${query}`, textContent: fill(phrase, values) })];
  };
  if (wider) return link(say.wider, { n: grouped(wider) }, { topic: '', from: '', to: '', q: text });
  if (n || undated) return [];
  if (alone) return link(say.alone, { word: quoted(alone[0]), n: grouped(alone[1]) }, { q: alone[0] });
  return text ? [` ${say.try}`] : [];
}

function clear(text) {
  state = null;
  list.replaceChildren();
  more.hidden = true;
  count.textContent = text;
}

/** What the form holds. */
const asked = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));

/** Show the query in the address. One that was submitted stays behind in the browser's history when another follows. */
function note() {
  unsaid = false;
  const query = asked();
  try {
    history[submitted ? 'pushState' : 'replaceState'](null, '', query.size ? `?${query}` : location.pathname);
  } catch { /* Safari allows a hundred changes in ten seconds, a key that is held down makes more */ }
  submitted = false;
}

/** Search for what the form holds. While somebody is `typing`, what is not found may go on, and waits. */
async function search(remember = true, target = PAGE, typing = false) {
  const mine = ++turn;
  const filter = Object.fromEntries(asked());
  const text = (filter.q ?? '').trim();
  unsaid ||= remember;
  try {
    const narrowed = Boolean(filter.topic || filter.from || filter.to);
    if ([...text].length < 2 && !/[α-ω]/iu.test(text) && (text || !narrowed)) return clear(text && say.short);
    const answer = await find(index, text, filter);
    if (typing && !answer.numbers.length) await new Promise((done) => { setTimeout(done, UNSURE); });
    if (mine !== turn) return;
    if (text && narrowed && (answer.dropped.length || !answer.numbers.length)) {
      const { numbers, dropped } = await find(index, text);
      if (!dropped.length) answer.wider = numbers.length;
    }
    if (mine === turn) await show({ ...answer, pattern: pattern([...answer.needles, ...answer.phrases]), text, at: 0, unfit: 0 }, target);
  } catch (error) {
    if (mine === turn) clear(say.failed);
  } finally {
    // Browsers take their time to show another address: after the answer.
    if (unsaid && mine === turn) note();
  }
}

/** Put what the address says into the form. */
function read() {
  const query = new URLSearchParams(location.search);
  for (const name of names) {
    const control = form.elements[name];
    if (control.type === 'checkbox') control.checked = query.get(name) === control.value; else control.value = query.get(name) ?? '';
  }
}

/** Show the list as it was when the reader left it, and where. */
async function restore() {
  const { shown = PAGE, row, top } = history.state ?? {};
  await search(false, shown);
  const left = list.children[row];
  if (left) scrollBy(0, left.getBoundingClientRect().top - top);
  if (left && row === history.state.opened) left.querySelector('a').focus({ preventScroll: true });
}

/** Note which result is at the top of the screen, or is being opened. */
function leave(event) {
  if (unsaid) note();
  if (!state) return;
  const results = [...list.children];
  const opened = results.findIndex((row) => row.contains(event.target));
  const row = opened < 0 ? results.findIndex((other) => other.getBoundingClientRect().bottom > 0) : opened;
  history.replaceState({ shown: results.length, row, opened, top: results[row]?.getBoundingClientRect().top }, '');
}

let waiting;
let struck = -Infinity;
form.addEventListener('input', (event) => {
  clearTimeout(waiting);
  const typing = event.timeStamp - struck < TYPING;
  struck = event.timeStamp;
  // A syllable that is still being put together would be looked up letter by letter.
  waiting = setTimeout(search, event.isComposing ? 120 : 0, true, PAGE, typing);
});
form.addEventListener('submit', (event) => { event.preventDefault(); search(); note(); submitted = true; });
addEventListener('popstate', () => { unsaid = false; read(); restore(); });
document.addEventListener('click', leave, true);
more.addEventListener('click', () => show(state, list.children.length + PAGE));

document.addEventListener('keydown', (event) => {
  const stops = [field, ...list.querySelectorAll('.say a'), ...(more.hidden ? [] : [more])];
  const at = stops.indexOf(document.activeElement);
  if (at < 0 || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  if (next === at) { field.value = ''; search(); }
  stops[next]?.focus();
});

// The form is there before this script; what somebody typed meanwhile counts, and is not touched.
const early = ['q', 'from', 'to'].some((name) => form.elements[name].value);
if (!early) read();
if (!field.value) field.focus();
history.scrollRestoration = 'manual';
const ready = index.top().then(({ topics }) => {
  form.elements.topic.append(...topics.map((name) => new Option(name, name)));
  form.elements.topic.value = new URLSearchParams(location.search).get('topic') ?? '';
  return index.warm();
}).catch(() => { /* the first search says so */ });
ready.then(() => {
  if (early) return search();
  if (location.search) return restore();
  return turn || rehearse(index).then(({ card, needles }) => shows(card, needles) && result(card, pattern(needles), say, base), () => {});
});
