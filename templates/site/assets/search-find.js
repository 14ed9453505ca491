// A query → the papers that answer it, in order, and what was done to find them. No DOM.
const version = new URL(import.meta.url).search;
const [{ ABSTRACT, ENOUGH, PEOPLE, both, either, size }, { parse }, { halfTyped, inTwo, nearest }] = await Promise.all(
  ['core', 'query', 'near'].map((name) => import(`./search-${name}.js${version}`)));

/** @typedef {{numbers: number[], needles: string[], phrases: string[], read: [string, string][], dropped: string[], also: string[]}} Answer
 * numbers best first; what to mark; words read as others; words left out; synonyms */

const wordsOf = ({ readings }) => readings.flatMap(({ words }) => words);
const synonyms = ({ typed, readings }) => readings.map(({ shown }) => shown).filter((shown) => shown && shown !== typed);

/** What one clause holds; where nothing does, what its nearest readings hold, as guesses of which one is taken. */
async function resolve(index, clause) {
  let held = await index.clause(clause);
  let found = size(held);
  const word = clause.readings[0].words.length === 1 ? clause.readings[0].words[0] : '';
  const { terms } = await index.top();
  const needles = wordsOf(clause);
  const also = synonyms(clause);
  if (word && found < ENOUGH) {
    const parted = await inTwo(index, word);
    if (parted && size(parted)) { held = either([held, parted]); found = size(held); }
  }
  if (found || !word) return { held, found, needles, also };
  const reading = async (others) => {
    const set = either(await Promise.all(others.map((other) => index.clause(other))));
    return { held: set, found: size(set), needles: others.flatMap(wordsOf), read: [clause.typed, others[0].typed], also: others.flatMap(synonyms) };
  };
  for (const guess of [halfTyped, nearest]) {
    const others = (await guess(index, word)).map((other) => parse(other, terms).clauses).filter((clauses) => clauses.length);
    const guesses = guess === halfTyped ? [others.flat()].filter((clauses) => clauses.length) : others;
    const [first, ...rest] = (await Promise.all(guesses.map(reading))).filter((one) => one.found);
    if (first) return { ...first, rest };
  }
  return { held, found: 0, needles, also };
}

/** Of each mistyped word take the reading that stands beside the other words, if one does. */
function together(parts) {
  return parts.map((part, at) => {
    if (!part.rest?.length) return part;
    const others = parts.filter((other, i) => i !== at && other.found).map(({ held }) => held);
    return [part, ...part.rest].find(({ held }) => size(both([held, ...others]))) ?? part;
  });
}

/** Put papers in order: what they hold counts the more, the fewer hold it; what counts alike, newest first. */
function ranked(parts, row, kept, newest) {
  const count = parts[0].held.length;
  const rarity = parts.map(({ found }) => Math.log(1 + count / Math.max(1, found)) + 0.5);
  const scores = new Float32Array(count);
  const named = row?.includes(PEOPLE);
  for (let i = 0; i < count; i++) {
    let score = 0;
    for (let part = 0; part < parts.length; part++) {
      const value = parts[part].held[i];
      if (!value) { score = 0; break; }
      score += value * rarity[part];
    }
    if (row?.[i]) score += row[i] * 10;
    // Where the words are one person's name, the first name of one and the last of another are not.
    else if (named && parts.every(({ held }) => held[i] === PEOPLE)) score = 0;
    scores[i] = kept && !kept[i] ? 0 : score;
  }
  const numbers = [];
  for (let i = count - 1; i >= 0; i--) if (scores[i]) numbers.push(i);
  return newest ? numbers : numbers.sort((a, b) => scores[b] - scores[a] || b - a);
}

/** @param {import('./search-core.js').Index} index @param {string} text @param {import('./search-core.js').Filter} filter
 * @returns {Promise<Answer>} */
export async function find(index, text, filter = {}) {
  const { terms, count } = await index.top();
  const { clauses, phrases, row } = parse(text, terms);
  const kept = await index.filtered(filter);
  const none = { numbers: [], needles: [], phrases, read: [], dropped: [], also: [] };
  if (!clauses.length) {
    if (text.trim() || !kept) return none;
    return { ...none, numbers: [...Array(count).keys()].reverse().filter((i) => kept[i]) };
  }
  const [rowed, ...parts] = await Promise.all([row && !phrases.length ? index.word(row) : null, ...clauses.map((clause) => resolve(index, clause))]);
  let held = together(parts).map((part, i) => ({ ...part, typed: clauses[i].typed }));
  const dropped = [];
  const drop = (part) => { dropped.push(part.typed); held = held.filter((other) => other !== part); };
  for (const part of held) if (!part.found) { if (size(rowed ?? [])) break; drop(part); }
  // One word that is left of several is an answer where papers are about it, not where one mentions it.
  if (dropped.length && held.length === 1) held = held.map((part) => ({ ...part, held: part.held.map((value) => (value > ABSTRACT ? value : 0)) }));
  if (!held.length) return { ...none, dropped };
  let numbers = ranked(held, rowed, kept, filter.sort === 'new');
  while (!numbers.length && held.length > 1 && !phrases.length) {
    // Leave out the word without which the rarest others still stand together.
    const tries = held.map((part) => [part, held.filter((other) => other !== part)])
      .map(([part, others]) => [part, others, size(both(others.map((other) => other.held)))])
      .sort((a, b) => (b[2] > 0) - (a[2] > 0) || b[0].found - a[0].found);
    drop(tries[0][0]);
    numbers = ranked(held, null, kept, filter.sort === 'new');
  }
  return {
    numbers, phrases, dropped,
    needles: [...new Set(held.flatMap((part) => part.needles))],
    read: held.flatMap(({ read }) => (read ? [read] : [])),
    also: [...new Set(held.flatMap(({ also }) => also))],
  };
}
