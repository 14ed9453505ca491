// The reference of a paper: its BibTeX from its page, others cut out of the files of its day.
'use strict';
/** How one is found by its key, which all formats share, and how several are joined. */
const REFERENCES = {
  bibtex: { join: (texts) => texts.join('\n'), type: 'application/x-bibtex', ending: 'bib' },
  ris: {
    cut: (text, key) => text.split(/(?<=^ER {2}- *\r?\n)/m).find((one) => one.includes(`\nID  - ${key}\r\n`)),
    join: (texts) => texts.join('\r\n'), type: 'application/x-research-info-systems', ending: 'ris',
  },
  csl: {
    cut: (text, key) => JSON.parse(text).find((one) => one.id === key),
    join: (items) => JSON.stringify(items, null, 1), type: 'application/json', ending: 'csl.json',
  },
};
/** @param {Document} page of a paper @param {string} url where it is */
async function reference(page, url, format) {
  const bibtex = page.getElementById('bib').textContent;
  if (format === 'bibtex') return bibtex;
  const link = page.querySelector(`[data-cite=${format}]`).getAttribute('href');
  const answer = await fetch(new URL(link, url));
  const found = answer.ok ? REFERENCES[format].cut(await answer.text(), /\{([^,\s]+),/.exec(bibtex)[1]) : undefined;
  if (found === undefined) throw new Error(link);
  return found;
}
function download(content, type, name) {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

for (const link of document.querySelectorAll('[data-cite]')) {
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    const { join, type, ending } = REFERENCES[link.dataset.cite];
    try {
      download(join([await reference(document, location.href, link.dataset.cite)]), type, `${link.dataset.name}.${ending}`);
    } catch { location.assign(link.href); }
  });
}
