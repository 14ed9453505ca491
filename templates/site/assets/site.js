// Extras: theme, stars, copying, the `/` key. Every page can be read without them.
'use strict';
const stars = {
  /** What is kept of each paper, by its slug. The storage may hold anything: other sites of this host share it. */
  all() {
    try {
      return Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem('stars')) ?? {}).filter(([, one]) => typeof one?.title === 'string'));
    } catch { return {}; }
  },
  /** Return whether they are kept: storage may be off or full. */
  save(kept) { try { localStorage.setItem('stars', JSON.stringify(kept)); return true; } catch { return false; } },
};
const themeButton = document.getElementById('theme');
const root = document.documentElement;
const themes = ['', 'light', 'dark'];
function showTheme() {
  themeButton.textContent = themeButton.dataset.words.split('|')[Math.max(0, themes.indexOf(root.dataset.theme ?? ''))];
}
themeButton.hidden = false;
themeButton.addEventListener('click', () => {
  const next = themes[(themes.indexOf(root.dataset.theme ?? '') + 1) % themes.length];
  if (next) root.dataset.theme = next; else delete root.dataset.theme;
  try { if (next) localStorage.setItem('theme', next); else localStorage.removeItem('theme'); } catch { /* as above */ }
  showTheme();
});
showTheme();

const starWords = themeButton.dataset.stars.split('|');
function showStar(button) {
  const kept = Object.hasOwn(stars.all(), button.dataset.star);
  button.setAttribute('aria-pressed', kept);
  button.textContent = starWords[kept ? 1 : 0];
}
for (const button of document.querySelectorAll('[data-star]')) {
  button.hidden = false;
  showStar(button);
  button.addEventListener('click', () => {
    const kept = stars.all();
    const slug = button.dataset.star;
    if (Object.hasOwn(kept, slug)) delete kept[slug];
    else {
      const article = button.closest('article');
      const [title, line] = [article.querySelector('h1, .ttl'), article.querySelector('.tldr, h2')];
      kept[slug] = { title: (title ?? line).textContent, tldr: title && line ? line.textContent : '', day: button.closest('main').dataset.day, at: new Date().toISOString().slice(0, 10) };
    }
    const done = stars.save(kept);
    showStar(button);
    if (!done) button.textContent = starWords[2];
  });
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
    } catch { getSelection().selectAllChildren(document.getElementById(button.dataset.copy)); /* the reader copies what is marked */ }
  });
}

// The newest day says that it is the newest, where it is not today's.
const newest = document.getElementById('newest');
if (newest) newest.hidden = newest.dataset.day === new Intl.DateTimeFormat('sv').format();

for (const chips of document.querySelectorAll('.chips')) {
  const said = chips.querySelector('[role=status]');
  chips.addEventListener('click', (event) => {
    const chip = event.target.closest('button');
    if (!chip) return;
    const on = chip.getAttribute('aria-pressed') !== 'true';
    for (const other of chips.querySelectorAll('button')) other.setAttribute('aria-pressed', on && other === chip);
    for (const row of document.querySelectorAll('main [data-topics]')) row.hidden = on && !row.dataset.topics.split(' ').includes(chip.dataset.topic);
    const [topic, number] = [...chip.children].map((part) => part.textContent);
    said.textContent = on ? (number === '1' ? chips.dataset.one : chips.dataset.other).replace('{topic}', topic).replace('{n}', number) : '';
  });
}

// A folded paper unfolds for a link to it, a folded list for a link into it, and all papers at once for who reads on.
const folded = document.querySelectorAll('.fold > details');
function unfoldTarget() {
  let name = location.hash.slice(1);
  try { name = decodeURIComponent(name); } catch { /* a percent sign that escapes nothing */ }
  const target = name && document.getElementById(name);
  const details = target && (target.querySelector(':scope > details') ?? target.closest('details'));
  if (!details) return;
  target.hidden = false;
  details.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', unfoldTarget);
unfoldTarget();
const unfold = document.getElementById('unfold');
if (unfold) {
  unfold.hidden = false;
  unfold.addEventListener('click', () => {
    const open = [...folded].some((details) => !details.open);
    for (const details of folded) details.open = open;
    [unfold.textContent, unfold.dataset.fold] = [unfold.dataset.fold, unfold.textContent];
  });
}

// What the last days need to be read offline is fetched when all else is there.
if ('serviceWorker' in navigator && window.isSecureContext) {
  const worker = new URL('../sw.js', document.currentScript.src);
  addEventListener('load', () => navigator.serviceWorker.register(worker).catch(() => { /* reading online needs none */ }));
}

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const field = document.querySelector('input[type=search]');
  if (field) field.focus(); else document.getElementById('to-search').click();
});
