// The search page: what is typed becomes an address, a list and a count. Looking up and comparing is search-core.js.
const { Index, clauses, matches, spots, excerpt, texts, words } = await import(`./search-core.js${new URL(import.meta.url).search}`);

const PAGE = 6;
const form = /** @type {HTMLFormElement} */ (document.getElementById('find'));
const field = form.elements.q;
const list = document.getElementById('found');
const count = document.getElementById('count');
const more = document.getElementById('more');
const say = form.dataset;
const base = new URL(say.root, document.baseURI);

const index = new Index(async (path) => {
  const answer = await fetch(new URL(`search/${path}`, base));
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.text();
});

/** Make an element; a null child is left out. @param {string} name @param {object} props @param {...(Node|string|null)} children */
function make(name, props, ...children) {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** @param {string} phrase @param {Record<string, string|number>} values */
const fill = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A part of a text with its needles marked. @param {string} text @param {string[]} needles @param {boolean} whole */
function marked(text, needles, whole) {
  const found = spots(text, needles);
  const [begin, end] = whole ? [0, text.length] : excerpt(text, found);
  const pieces = [begin > 0 ? '… ' : ''];
  let at = begin;
  for (const [low, high] of found) {
    if (low < at || high > end) continue;
    pieces.push(text.slice(at, low), make('mark', { textContent: text.slice(low, high) }));
    at = high;
  }
  return [...pieces, text.slice(at, end), end < text.length ? ' …' : ''];
}

/** @param {string} iso @returns {string} the day in the words of the page's language */
function dated(iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  const [year, month, number] = iso.split('-').map(Number);
  const values = { year, month_number: month, day: number, month: say.months.split('|')[month - 1], weekday: say.weekdays.split('|')[(day.getUTCDay() + 6) % 7] };
  return fill(say.dated, values);
}

/** One result. `held` is what the paper holds of each clause. */
function result(row, query, held) {
  const [, url, titleRaw, tldrRaw, day, topics, fieldsRaw] = row;
  const [title, tldr, ...fields] = [titleRaw, tldrRaw, ...fieldsRaw].map((text) => text.normalize('NFC'));
  const needles = held.flat();
  const link = make('a', { href: new URL(url, base).href }, ...marked(tldr || title, needles, true));
  const headings = say.fields.split('|');
  const missing = new Set(needles.filter((needle) => !spots(title, [needle]).length && !spots(tldr, [needle]).length));
  // A line for each field that shows something new; where title and tldr show all, one more for context.
  const hits = [];
  for (const [i, text] of fields.entries()) {
    const fresh = [...missing].filter((needle) => spots(text, [needle]).length);
    if (!(fresh.length || (!missing.size && !hits.length && spots(text, needles).length))) continue;
    fresh.forEach((needle) => missing.delete(needle));
    hits.push(make('p', { className: 'hit' }, make('b', { lang: 'en', textContent: headings[i] }), ' ', ...marked(text, fresh.length ? fresh : needles, false)));
  }
  const id = texts(row).at(-1);
  if (missing.size && spots(id, needles).length) hits.push(make('p', { className: 'hit' }, make('b', { lang: 'en', textContent: 'arXiv' }), ' ', ...marked(id, needles, true)));
  const kin = held.filter((phrase, i) => phrase !== query[i].typed).map((phrase) => phrase.join(' '));
  const time = make('time', { dateTime: day, textContent: dated(day) });
  return make('li', {}, make('p', { className: 'l' }, time), make('div', {},
    make('p', tldr ? { className: 'say' } : { className: 'say', lang: 'en' }, link),
    tldr ? make('p', { className: 'ttl', lang: 'en' }, ...marked(title, needles, true)) : null,
    ...hits.slice(0, 3),
    make('p', { className: 'meta' }, [...topics, ...kin.map((word) => fill(say.kin, { word }))].join(' · ')),
  ));
}

/** @typedef {{query: import('./search-core.js').Clause[], numbers: number[], at: number, dropped: number, text: string}} State */
/** @type {State | undefined} */
let state;
let turn = 0;

/** Show the next results of `now`, comparing each candidate with its text. @param {State} now */
async function show(now) {
  const mine = turn;
  const rows = [];
  // A word of one letter is not in the index: look through some candidates, and let the reader ask for more.
  for (let tried = 0; rows.length < PAGE && tried < 5 && now.at < now.numbers.length; tried++) {
    const batch = now.numbers.slice(now.at, now.at + PAGE - rows.length);
    const papers = await Promise.all(batch.map((number) => index.paper(number)));
    if (mine !== turn) return;
    now.at += batch.length;
    for (const row of papers) {
      const held = matches(row, now.query);
      if (held) rows.push(result(row, now.query, held)); else now.dropped++;
    }
  }
  const first = now !== state;
  state = now;
  if (first) list.replaceChildren(...rows); else list.append(...rows);
  const left = now.numbers.length - now.at;
  const total = now.numbers.length - now.dropped;
  const unsure = left > 0 && now.query.some(({ typed }) => typed.some((word) => word.length < 2));
  more.hidden = left === 0;
  tell(total ? fill(unsure ? say.most : total === 1 ? say.one : say.other, { query: now.text, n: total.toLocaleString(document.documentElement.lang) }) : fill(say.none, { query: now.text }),
    now.query.flatMap(({ others }) => others.map((phrase) => phrase.join(' '))));
  if (!first) rows[0]?.querySelector('a').focus();
}

/** @param {string} text @param {string[]} kin */
function tell(text, kin = []) {
  count.textContent = [text, ...(kin.length ? [fill(say.also, { words: [...new Set(kin)].join(', ') })] : [])].join(' ');
}

function clear(text) {
  state = undefined;
  list.replaceChildren();
  more.hidden = true;
  tell(text);
}

/** Search for what the form holds. @param {'replace' | 'push' | 'none'} how */
async function search(how = 'replace') {
  const mine = ++turn;
  const given = new FormData(form);
  const asked = new URLSearchParams([...given].map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value));
  const address = new URL(location.pathname + (asked.size ? `?${asked}` : ''), location.href);
  if (how !== 'none' && address.href !== location.href) history[`${how}State`](null, '', address);
  const text = asked.get('q') ?? '';
  const typed = words(text);
  if (!typed.length) return clear('');
  if (typed.every((word) => word.length < 2)) return clear(say.short);
  try {
    const query = clauses(text, (await index.top()).terms);
    const numbers = await index.find(query, { topic: asked.get('topic'), from: asked.get('from'), to: asked.get('to') });
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

let waiting = 0;
form.addEventListener('input', (event) => {
  clearTimeout(waiting);
  // A syllable that is still being put together would be looked up letter by letter.
  waiting = setTimeout(search, event.isComposing ? 120 : 0);
});
form.addEventListener('submit', (event) => { event.preventDefault(); clearTimeout(waiting); search('push'); });
addEventListener('popstate', () => { read(); search('none'); });
more.addEventListener('click', () => { if (state) show(state); });

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...list.querySelectorAll('.say a')];
  const at = links.indexOf(document.activeElement);
  if (event.key === 'Escape' && at >= 0) field.focus();
  else if (event.key === 'Escape' && document.activeElement === field) { field.value = ''; search(); }
  else if (event.key === 'ArrowDown' && (at >= 0 || document.activeElement === field)) (links[at + 1] ?? (more.hidden ? links[at] : more))?.focus();
  else if (event.key === 'ArrowUp' && (at >= 0 || document.activeElement === more)) (at === 0 ? field : links.at(at > 0 ? at - 1 : -1)).focus();
  else return;
  event.preventDefault();
});

read();
form.hidden = false;
if (!field.value) field.focus();
search('none');
try {
  const { topics } = await index.top();
  const chosen = new URLSearchParams(location.search).get('topic') ?? '';
  form.elements.topic.append(...topics.map((name) => make('option', { value: name, textContent: name, selected: name === chosen })));
  await index.warm();
} catch { /* the first search says so */ }
