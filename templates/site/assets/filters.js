// The filters of the search are folded on a narrow screen, unless the address sets one. Runs before they are painted.
'use strict';
const filters = document.getElementById('filters');
const roomy = matchMedia('(min-width: 34rem)');
function set() {
  const query = new URLSearchParams(location.search);
  return ['topic', 'from', 'to', 'sort'].some((name) => query.get(name));
}
const fold = () => { filters.open = roomy.matches || set(); };
roomy.addEventListener('change', fold);
addEventListener('popstate', () => { filters.open ||= set(); });
fold();
