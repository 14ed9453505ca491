// The search page: what is typed becomes an address, a count and a list. Looking up is in search-core.js. Needs dates.js.
const { Index, clauses, matches, spots, sure, texts, words } = await import(`./search-core.js${new URL(import.meta.url).search}`);

const PAGE = 6;
const [form, list, count, more] = ['find', 'found', 'count', 'more'].map((id) => document.getElementById(id));
const field = form.elements.q;
const say = form.dataset;
const base = new URL(say.root, document.baseURI);
const index = new Index(async (path) => {
  const answer = await fetch(new URL(`search/${path}`, base));
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.text();
});

/** @param {string} name @param {object} props @param {(Node | string)[]} children */
function make(name, props, ...children) {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
}

/** @param {string} phrase @param {Record<string, string>} values */
const fill = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A text with its needles marked; if it is long and `cut`, only around the first. */
function marked(text, needles, cut = false) {
  const found = spots(text, needles);
  let [begin, end] = [0, text.length];
  if (cut && end > 160) {
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

/** One result; `held` is the phrase that the paper holds of each clause. */
function result(row, query, held) {
  const [title, tldr, ...fields] = texts(row).map((text) => text.normalize('NFC'));
  const needles = held.flat();
  const has = (text) => (needle) => spots(text, [needle]).length > 0;
  let missing = needles.filter((needle) => !has(title)(needle) && !has(tldr)(needle));
  const lines = [];
  for (const [i, text] of fields.entries()) {
    // A line for what title and tldr do not show; where they show all, one line for its context.
    const fresh = missing.filter(has(text));
    if (!fresh.length && (missing.length || lines.length || !needles.some(has(text)))) continue;
    missing = missing.filter((needle) => !fresh.includes(needle));
    const heading = make('b', { lang: 'en', textContent: [...say.fields.split('|'), 'arXiv'][i] });
    lines.push(make('p', { className: 'hit' }, heading, ' ', ...marked(text, fresh.length ? fresh : needles, true)));
  }
  const kin = held.filter((phrase, i) => phrase !== query[i].typed).map((phrase) => fill(say.kin, { word: phrase.join(' ') }));
  const link = make('a', { href: new URL(row[1], base).href }, ...marked(tldr || title, needles));
  return make('li', {}, make('p', { className: 'l' }, make('time', { dateTime: row[4], textContent: dated(row[4], say) })), make('div', {},
    make('p', { className: 'say', ...(tldr ? {} : { lang: 'en' }) }, link),
    ...(tldr ? [make('p', { className: 'ttl', lang: 'en' }, ...marked(title, needles))] : []),
    ...lines.slice(0, 3), make('p', { className: 'meta', textContent: [...row[7], ...row[5], ...kin].join(' · ') })));
}

let state = null;
let turn = 0;
let submitted = false;

/** Show the next results of `now`, each compared with its text first. */
async function show(now) {
  const mine = turn;
  const rows = [];
  // Words of one letter are not in the index: look through some papers, then let the reader ask for more.
  for (let tries = 5; tries && rows.length < PAGE && now.at < now.numbers.length; tries--) {
    const batch = now.numbers.slice(now.at, now.at + PAGE - rows.length);
    const papers = await Promise.all(batch.map((number) => index.paper(number)));
    if (mine !== turn) return;
    now.at += batch.length;
    for (const row of papers) {
      const held = matches(row, now.query);
      if (held) rows.push(result(row, now.query, held)); else now.dropped++;
    }
  }
  const further = now === state;
  state = now;
  list.replaceChildren(...(further ? list.children : []), ...rows);
  more.hidden = now.at === now.numbers.length;
  const n = now.numbers.length - now.dropped;
  const phrase = !n ? say.none : !more.hidden && !sure(now.query) ? say.about : n === 1 ? say.one : say.other;
  const kin = new Set(now.query.flatMap(({ others }) => others.map((other) => other.join(' '))));
  count.textContent = fill(phrase, { query: now.text, n: n.toLocaleString() }) + (kin.size ? ` ${fill(say.also, { words: [...kin].join(', ') })}` : '');
  if (further) rows[0]?.querySelector('a').focus();
}

function clear(text) {
  state = null;
  list.replaceChildren();
  more.hidden = true;
  count.textContent = text;
}

/** Search for what the form holds. A query that was submitted stays behind in the browser's history. */
async function search(remember = true) {
  const mine = ++turn;
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  if (remember) history[submitted ? 'pushState' : 'replaceState'](null, '', asked.size ? `?${asked}` : location.pathname);
  submitted = false;
  const text = (asked.get('q') ?? '').trim();
  if (!words(text).some((word) => word.length > 1)) return clear(text && say.short);
  try {
    const query = clauses(text, (await index.top()).terms);
    const numbers = await index.find(query, Object.fromEntries(asked));
    if (mine === turn) await show({ query, numbers, at: 0, dropped: 0, text });
  } catch {
    if (mine === turn) clear(say.failed);
  }
}

/** Put what the address says into the form. */
function read() {
  const asked = new URLSearchParams(location.search);
  for (const name of ['q', 'topic', 'from', 'to']) form.elements[name].value = asked.get(name) ?? '';
}

let waiting;
form.addEventListener('input', (event) => {
  clearTimeout(waiting);
  // A syllable that is still being put together would be looked up letter by letter.
  waiting = setTimeout(search, event.isComposing ? 120 : 0);
});
form.addEventListener('submit', (event) => { event.preventDefault(); submitted = true; });
addEventListener('popstate', () => { read(); search(false); });
more.addEventListener('click', () => show(state));

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
const ready = index.top().then(({ topics }) => {
  form.elements.topic.append(...topics.map((name) => make('option', { value: name, textContent: name })));
  form.elements.topic.value = new URLSearchParams(location.search).get('topic') ?? '';
  return index.warm();
}).catch(() => { /* the first search says so */ });
if (early || location.search) ready.then(() => search(early));
