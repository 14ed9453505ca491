// Extras: theme, stars, copying, the `/` key. Every page can be read without them.
'use strict';
const stars = {
  all() { try { return JSON.parse(localStorage.getItem('stars')) ?? {}; } catch { return {}; } },
  save(kept) { try { localStorage.setItem('stars', JSON.stringify(kept)); } catch { /* storage is off or full */ } },
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
  const kept = button.dataset.star in stars.all();
  button.setAttribute('aria-pressed', kept);
  button.textContent = starWords[kept ? 1 : 0];
}
for (const button of document.querySelectorAll('[data-star]')) {
  button.hidden = false;
  showStar(button);
  button.addEventListener('click', () => {
    const kept = stars.all();
    const slug = button.dataset.star;
    if (slug in kept) delete kept[slug];
    else {
      const article = button.closest('article');
      const line = article.querySelector('.tldr');
      kept[slug] = { title: article.querySelector('h1, h2').textContent, tldr: line ? line.textContent : '', at: new Date().toISOString().slice(0, 10) };
    }
    stars.save(kept);
    showStar(button);
  });
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const field = document.querySelector('input[type=search]');
  if (field) field.focus(); else document.getElementById('to-search').click();
});
