// The starred papers of this browser with notes and read marks; their references; the list as a file. Needs site.js, dates.js, cite.js.
'use strict';
const list = document.getElementById('kept');
const words = list.dataset;
const version = new URL(document.currentScript.src).search;
const base = new URL('../papers/', document.baseURI);
const [find, unread, count, said] = ['find', 'unread', 'count', 'said'].map((id) => document.getElementById(id));
const SLUG = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const LARGEST = 20_000_000; // bytes of a list: browsers keep less
const make = (name, props, ...children) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
const text = (value, most) => (typeof value === 'string' ? value.slice(0, most) : '');
const day = (value) => (typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value) ? value : '');
/** A paper of the storage or of a file, as far as it is one. */
const tidy = (one) => ({ title: text(one.title, 500), tldr: text(one.tldr, 500), day: day(one.day), at: day(one.at), note: text(one.note, 10000), read: day(one.read) });
const today = () => new Date().toISOString().slice(0, 10);

/** The starred papers, the last one first, and of these what is looked for. */
function papers() {
  const kept = Object.entries(stars.all()).filter(([slug]) => SLUG.test(slug)).map(([slug, one]) => [slug, tidy(one)]).sort((a, b) => (b[1].at + b[0]).localeCompare(a[1].at + a[0]));
  const wanted = ([slug, one]) => !(unread.checked && one.read)
    && (!rules || rules.holds([slug, one.title, one.tldr, one.note].join('\n'), find.value));
  return [kept, kept.filter(wanted)];
}
/** Change what is kept of a paper, and return whether that was kept. */
function change(slug, values) {
  const now = stars.all();
  return !Object.hasOwn(now, slug) || stars.save({ ...now, [slug]: { ...now[slug], ...values } });
}
function row([slug, paper]) {
  const label = make('p', { className: 'l' });
  for (const [phrase, iso] of [[words.published, paper.day], [words.saved, paper.at]]) {
    const [before, after] = phrase.split('{date}');
    if (iso) label.append(make('span', {}, before, make('time', { dateTime: iso, textContent: dated(iso, words) }), after));
  }
  const link = make('a', { href: new URL(`${encodeURIComponent(slug)}/`, base).href, textContent: paper.tldr || paper.title });
  const entry = make('div', {}, make('p', { className: 'say', lang: paper.tldr ? document.documentElement.lang : 'en' }, link));
  if (paper.tldr) entry.append(make('p', { className: 'ttl', lang: 'en', textContent: paper.title }));
  const note = make('textarea', { value: paper.note, rows: paper.note ? Math.min(8, paper.note.split('\n').length + 1) : 1, maxLength: 10000, placeholder: words.note });
  note.setAttribute('aria-label', `${words.note}: ${paper.title}`);
  note.addEventListener('input', () => {
    note.setCustomValidity(change(slug, { note: note.value }) ? '' : words.full);
    note.reportValidity();
    fit([note]);
  });
  const read = make('button', { type: 'button', className: 'quiet', textContent: words.read });
  read.setAttribute('aria-pressed', Boolean(paper.read));
  read.setAttribute('aria-label', `${words.read}: ${paper.title}`);
  read.addEventListener('click', () => {
    const on = read.getAttribute('aria-pressed') !== 'true';
    if (change(slug, { read: on ? today() : '' })) read.setAttribute('aria-pressed', on); else say(words.full);
  });
  const remove = make('button', { type: 'button', className: 'quiet', textContent: words.remove });
  remove.setAttribute('aria-label', `${words.remove}: ${paper.title}`);
  remove.addEventListener('click', () => {
    const now = stars.all();
    delete now[slug];
    const done = stars.save(now);
    draw();
    if (!done) say(words.full);
    (list.querySelector('textarea') ?? find).focus();
  });
  entry.append(note, make('p', { className: 'step' }, read, remove));
  return make('li', {}, label, entry);
}
/** Make the fields of notes as high as what is written in them, up to some lines. All are measured before any changes. */
function fit(notes) {
  const more = notes.map((note) => Math.ceil((note.scrollHeight - note.clientHeight) / parseFloat(getComputedStyle(note).lineHeight)));
  notes.forEach((note, at) => { if (more[at] > 0) note.rows = Math.min(24, note.rows + more[at]); });
}
function say(sentence) { said.textContent = sentence; }
function draw() {
  const [kept, shown] = papers();
  document.getElementById('none').hidden = kept.length > 0;
  for (const part of document.querySelectorAll('.with-papers')) part.hidden = kept.length === 0;
  count.textContent = (shown.length === 1 ? count.dataset.one : count.dataset.other).replace('{n}', shown.length);
  list.replaceChildren(...shown.map(row));
  fit([...list.querySelectorAll('textarea')]);
  stale = false;
  say('');
}
async function referenceOf(slug, format) {
  const url = new URL(`${encodeURIComponent(slug)}/`, base);
  try {
    const answer = await fetch(url);
    return answer.ok ? await reference(new DOMParser().parseFromString(await answer.text(), 'text/html'), url, format) : null;
  } catch { return null; }
}
for (const [format, { join, type, ending }] of Object.entries(REFERENCES)) {
  document.getElementById(format).addEventListener('click', async () => {
    const found = await Promise.all(papers()[1].map(([slug]) => referenceOf(slug, format)));
    if (found.includes(null)) say(words.failed);
    download(join(found.filter((one) => one !== null)), type, `papers.${ending}`);
  });
}
document.getElementById('save').addEventListener('click', () => {
  download(JSON.stringify({ format: 'digest favourites 1', papers: stars.all() }, null, 1), 'application/json', 'favourites.json');
});

/** Join what is kept of a paper with what a file has of it. Where both have notes, both are kept. */
function merged(own, other) {
  const [mine, theirs] = [own.note, other.note];
  return {
    title: own.title || other.title, tldr: own.tldr || other.tldr, day: own.day || other.day, at: own.at || other.at || today(),
    note: mine.includes(theirs) ? mine : theirs.includes(mine) ? theirs : `${mine}\n${theirs}`, read: own.read || other.read,
  };
}
document.getElementById('loading').hidden = false;
document.getElementById('load').addEventListener('change', async (event) => {
  const [file] = event.target.files;
  event.target.value = '';
  if (!file) return;
  let [number, done] = [0, false];
  try {
    if (file.size > LARGEST) throw new Error('too large');
    const read = JSON.parse(await file.text()).papers;
    const now = stars.all();
    for (const [slug, paper] of Object.entries(read)) {
      if (!SLUG.test(slug) || typeof paper?.title !== 'string') continue;
      now[slug] = merged(tidy(Object.hasOwn(now, slug) ? now[slug] : {}), tidy(paper));
      number += 1;
    }
    if (!number) throw new Error('no papers');
    done = stars.save(now);
  } catch { return say(words.broken); }
  draw();
  say(done ? words.loaded.replace('{n}', number) : words.full);
});
// What is typed is read as on the page of the search, whose rules come when they are needed.
let rules;
async function look() {
  rules ??= await import(`./search-query.js${version}`);
  draw();
}
find.addEventListener('input', look);
unread.addEventListener('change', draw);

// Another tab changed the list: it is drawn anew, but not under somebody who writes in it.
let stale = false;
addEventListener('storage', ({ key }) => {
  stale ||= key === null || key === 'stars';
  if (stale && !list.contains(document.activeElement)) draw();
});
list.addEventListener('focusout', ({ relatedTarget }) => { if (stale && !list.contains(relatedTarget)) draw(); });
draw();
if (find.value) look();
