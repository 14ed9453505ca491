// The starred papers of this browser with notes and read marks; their references; the list as a file. Needs site.js, dates.js, cite.js.
'use strict';
const list = document.getElementById('kept');
const words = list.dataset;
const base = new URL('../papers/', document.baseURI);
const [find, unread, count] = ['find', 'unread', 'count'].map((id) => document.getElementById(id));
const SLUG = /^[a-z0-9._-]{1,100}$/;
const make = (name, props, ...children) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
const fold = (text) => text.normalize('NFKC').toLowerCase();
const today = () => new Date().toISOString().slice(0, 10);

/** The starred papers, the last one first, and of these what is looked for. */
function papers() {
  const kept = Object.entries(stars.all()).filter(([slug]) => SLUG.test(slug)).sort((a, b) => (b[1].at + b[0]).localeCompare(a[1].at + a[0]));
  const needles = fold(find.value).split(/\s+/).filter(Boolean);
  const holds = ([slug, one]) => {
    const text = fold([slug, one.title, one.tldr, one.note ?? ''].join('\n'));
    return !(unread.checked && one.read) && needles.every((needle) => text.includes(needle));
  };
  return [kept, kept.filter(holds)];
}
function change(slug, values) {
  const now = stars.all();
  if (slug in now) stars.save({ ...now, [slug]: { ...now[slug], ...values } });
}
function row([slug, paper]) {
  const [before, after] = words.saved.split('{date}');
  const label = make('p', { className: 'l' }, before, make('time', { dateTime: paper.at, textContent: dated(paper.at, words) }), after);
  const link = make('a', { href: new URL(`${encodeURIComponent(slug)}/`, base).href, textContent: paper.tldr || paper.title });
  const text = make('div', {}, make('p', { className: 'say', lang: paper.tldr ? document.documentElement.lang : 'en' }, link));
  if (paper.tldr) text.append(make('p', { className: 'ttl', lang: 'en', textContent: paper.title }));
  const note = make('textarea', { value: paper.note ?? '', rows: paper.note ? Math.min(8, paper.note.split('\n').length + 1) : 1, maxLength: 10000, placeholder: words.note });
  note.setAttribute('aria-label', `${words.note}: ${paper.title}`);
  note.addEventListener('input', () => change(slug, { note: note.value }));
  const read = make('button', { type: 'button', className: 'quiet', textContent: words.read });
  read.setAttribute('aria-pressed', Boolean(paper.read));
  read.setAttribute('aria-label', `${words.read}: ${paper.title}`);
  read.addEventListener('click', () => {
    const on = read.getAttribute('aria-pressed') !== 'true';
    read.setAttribute('aria-pressed', on);
    change(slug, { read: on ? today() : '' });
  });
  const remove = make('button', { type: 'button', className: 'quiet', textContent: words.remove });
  remove.setAttribute('aria-label', `${words.remove}: ${paper.title}`);
  remove.addEventListener('click', () => {
    const now = stars.all();
    delete now[slug];
    stars.save(now);
    draw();
    (list.querySelector('textarea') ?? find).focus();
  });
  text.append(note, make('p', { className: 'step' }, read, remove));
  return make('li', {}, label, text);
}
function say(text) { count.textContent = text; }
function draw() {
  const [kept, shown] = papers();
  document.getElementById('none').hidden = kept.length > 0;
  for (const part of document.querySelectorAll('.with-papers')) part.hidden = kept.length === 0;
  say((shown.length === 1 ? count.dataset.one : count.dataset.other).replace('{n}', shown.length));
  list.replaceChildren(...shown.map(row));
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

/** Take a paper of a file as far as it is one. Where both have notes, both are kept. */
function merged(own, other) {
  const text = (value, most) => (typeof value === 'string' ? value.slice(0, most) : '');
  const day = (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? value : '');
  const [mine, theirs] = [own?.note ?? '', text(other.note, 10000)];
  return {
    title: own?.title || text(other.title, 500), tldr: own?.tldr || text(other.tldr, 500), at: own?.at || day(other.at) || today(),
    note: mine.includes(theirs) ? mine : theirs.includes(mine) ? theirs : `${mine}\n${theirs}`, read: own?.read || day(other.read),
  };
}
document.getElementById('load').addEventListener('change', async (event) => {
  const [file] = event.target.files;
  event.target.value = '';
  if (!file) return;
  try {
    const read = JSON.parse(await file.text()).papers;
    const now = stars.all();
    let number = 0;
    for (const [slug, paper] of Object.entries(read)) {
      if (!SLUG.test(slug) || typeof paper?.title !== 'string') continue;
      now[slug] = merged(now[slug], paper);
      number += 1;
    }
    if (!number) throw new Error('no papers');
    stars.save(now);
    draw();
    say(words.loaded.replace('{n}', number));
  } catch { say(words.broken); }
});
find.addEventListener('input', draw);
unread.addEventListener('change', draw);
addEventListener('storage', draw);
draw();
