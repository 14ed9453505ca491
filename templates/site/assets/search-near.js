// What somebody meant: for a word that nobody holds, the nearest that is held. No DOM.
const { isDense, parse } = await import(`./search-query.js${new URL(import.meta.url).search}`);
const { both, either, size } = await import(`./search-core.js${new URL(import.meta.url).search}`);

const END = '\uffff';

/** Hangul as the keys that were struck, other letters as they are. @param {string} word @returns {ArrayLike<string>} */
export function strokes(word) {
  if (!/[\uac00-\ud7a3]/.test(word)) return word;
  return [...word].flatMap((letter) => {
    const code = letter.charCodeAt(0) - 0xac00;
    if (code < 0 || code > 11171) return letter;
    return [`L${Math.floor(code / 588)}`, `V${Math.floor(code % 588 / 28)}`, ...(code % 28 ? [`T${code % 28}`] : [])];
  });
}

/** Whether one stroke left out, added, replaced or changed places with the next makes one word the other.
 * @param {ArrayLike<string>} one @param {ArrayLike<string>} other */
export function oneApart(one, other) {
  if (one.length > other.length) [one, other] = [other, one];
  if (other.length - one.length > 1) return false;
  let [start, end] = [0, 0];
  while (start < one.length && one[start] === other[start]) start++;
  while (end < one.length - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  const [left, right] = [one.length - start - end, other.length - start - end];
  return left + right > 0 && (right <= 1 || (left === 2 && right === 2 && one[start] === other[start + 1] && one[start + 1] === other[start]));
}

const swapped = (one, other) => one.length === other.length && [...one].sort().join() === [...other].sort().join();

/** The words that a word of Hangul may become while it is typed: ranges of keys. @param {string} word */
function growing(word) {
  const [head, last] = [word.slice(0, -1), word.charCodeAt(word.length - 1)];
  const pair = word.length === 2 ? '=' : '';
  if (last >= 0x1100 && last <= 0x1112) {
    const low = 0xac00 + (last - 0x1100) * 588;
    return head ? [[`${head.length === 1 ? '=' : ''}${head}${String.fromCharCode(low)}`, `${head.length === 1 ? '=' : ''}${head}${String.fromCharCode(low + 588)}`]] : [];
  }
  const code = last - 0xac00;
  if (code < 0 || code > 11171 || !head) return [];
  if (code % 28 === 0) return [[pair + word, `${pair}${head}${String.fromCharCode(last + 28)}`]];
  // 몯 is 모 and the beginning of 델.
  const lead = { 1: 0, 2: 1, 4: 2, 7: 3, 8: 5, 16: 6, 17: 7, 19: 9, 20: 10, 21: 11, 22: 12, 23: 14, 24: 15, 25: 16, 26: 17, 27: 18 }[code % 28];
  if (lead === undefined) return [];
  const open = head + String.fromCharCode(last - code % 28);
  const mark = open.length === 1 ? '=' : '';
  return [[`${mark}${open}${String.fromCharCode(0xac00 + lead * 588)}`, `${mark}${open}${String.fromCharCode(0xac00 + lead * 588 + 588)}`]];
}

/** A word that is still being typed. @param {import('./search-core.js').Index} index @param {string} word */
export async function halfTyped(index, word) {
  const counts = new Map();
  for (const [low, high] of isDense(word) && word.length < 5 ? growing(word) : []) {
    await index.keys(low, high, (key, coded) => {
      const found = key.replace('=', '').slice(0, Math.max(word.length, low.replace('=', '').length));
      counts.set(found, (counts.get(found) ?? 0) + coded.length);
    }, 6);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([found]) => found);
}

/** Two words written as one: 긴문맥. Returns what is held of both side by side or, where one is a term of the table
 * (확산모델), anywhere. @param {import('./search-core.js').Index} index @param {string} word @returns {Promise<Float32Array | null>} */
export async function inTwo(index, word) {
  if (!isDense(word) || word.length < 3 || word.length > 10) return null;
  const besides = await besideTerm(index, word);
  const sets = await Promise.all([...word].slice(1).map(async (_, i) => {
    const across = await index.set(`_${word.slice(i, i + 2)}`);
    if (!size(across)) return across;
    const parts = [word.slice(0, i + 1), word.slice(i + 1)].filter((part) => part.length > 1);
    return both([...await Promise.all(parts.map((part) => index.word(part))), across]);
  }));
  return either([...sets, ...besides]);
}

async function besideTerm(index, word) {
  const { terms } = await index.top();
  const known = new Set(terms.joined);
  const cuts = [...word].map((_, at) => [word.slice(0, at), word.slice(at)])
    .filter((parts) => parts.every((part) => part.length > 1) && parts.some((part) => known.has(part)));
  return Promise.all(cuts.map(async (parts) => {
    const clauses = parts.flatMap((part) => parse(part, terms).clauses);
    return both(await Promise.all(clauses.map((clause) => index.clause(clause))));
  }));
}

/** The held words that are one typing error away, the likeliest first. @param {string} word */
export async function nearest(index, word) {
  const { terms, topics } = await index.top();
  const own = strokes(word);
  const found = new Map();
  const consider = (other, held) => {
    if (other === word || Math.abs(other.length - word.length) > 1 || !oneApart(own, strokes(other))) return;
    found.set(other, Math.max(found.get(other) ?? 0, held) + (swapped(own, strokes(other)) ? 1e6 : 0));
  };
  const known = [...terms.joined, ...topics.map((topic) => topic.toLowerCase())];
  for (const term of known) consider(term, 1e5);
  if (isDense(word)) {
    if (word.length > 2) {
      await index.keys(word.slice(0, 2), word.slice(0, 2) + END, (key, coded) => {
        const other = key.slice(0, Math.min(4, word.length)) + word.slice(4);
        if (key.length >= Math.min(4, word.length)) consider(other, coded.length);
      }, 4);
    }
  } else if (word.length > 3 && /[a-z]/.test(word)) {
    const [head, tail] = [word.slice(0, 3), `~${[...word].reverse().join('').slice(0, 3)}`];
    await Promise.all([
      index.keys(head, head + END, (key, coded) => consider(key, coded.length), 6),
      index.keys(tail, tail + END, (key) => consider([...key.slice(1)].reverse().join(''), 1), 6),
    ]);
  }
  // A short word has many neighbours by chance.
  const likely = (other, held) => word.length > 6 || isDense(word) || held >= 1e5 || (word.length > 4 && held > 4);
  return [...found].filter(([other, held]) => likely(other, held)).sort((a, b) => b[1] - a[1]).map(([other]) => other).slice(0, 3);
}
