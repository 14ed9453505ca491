// The starred papers of this browser, and their BibTeX. Needs site.js and dates.js.
'use strict';
const list = document.getElementById('kept');
const base = new URL('../papers/', document.baseURI);
function draw() {
  const kept = Object.entries(stars.all()).sort((a, b) => (b[1].at + b[0]).localeCompare(a[1].at + a[0]));
  const count = document.getElementById('count');
  document.getElementById('none').hidden = kept.length > 0;
  document.getElementById('export').hidden = kept.length === 0;
  count.textContent = (kept.length === 1 ? count.dataset.one : count.dataset.other).replace('{n}', kept.length);
  list.replaceChildren(...kept.map(([slug, paper]) => {
    const row = document.createElement('li');
    const label = Object.assign(document.createElement('p'), { className: 'l' });
    const [before, after] = list.dataset.saved.split('{date}');
    label.append(before, Object.assign(document.createElement('time'), { dateTime: paper.at, textContent: dated(paper.at, list.dataset) }), after);
    const text = document.createElement('div');
    const say = Object.assign(document.createElement('p'), { className: 'say' });
    const link = Object.assign(document.createElement('a'), { href: new URL(`${encodeURIComponent(slug)}/`, base).href, textContent: paper.tldr || paper.title });
    say.append(link);
    text.append(say);
    if (paper.tldr) text.append(Object.assign(document.createElement('p'), { className: 'ttl', lang: 'en', textContent: paper.title }));
    const remove = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', textContent: list.dataset.remove });
    remove.setAttribute('aria-label', `${list.dataset.remove}: ${paper.title}`);
    remove.addEventListener('click', () => {
      const now = stars.all();
      delete now[slug];
      stars.save(now);
      draw();
      list.querySelector('button')?.focus();
    });
    text.append(remove);
    row.append(label, text);
    return row;
  }));
}
document.getElementById('bibtex').addEventListener('click', async (event) => {
  const found = await Promise.all(Object.keys(stars.all()).sort().map(async (slug) => {
    try {
      const answer = await fetch(new URL(`${encodeURIComponent(slug)}/paper.json`, base));
      return answer.ok ? (await answer.json()).bibtex : null;
    } catch { return null; }
  }));
  if (found.includes(null)) document.getElementById('count').textContent = event.target.dataset.failed;
  const file = new Blob([found.filter(Boolean).join('\n')], { type: 'application/x-bibtex' });
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: 'papers.bib' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
draw();
