// What somebody meant: for a word that nobody holds, the nearest that is held. No DOM.
const { isDense, parse } = await import(`./search-query.js${new URL(import.meta.url).search}`);
const { both, either, size } = await import(`./search-core.js${new URL(import.meta.url).search}`);
const { LEADS, VOWELS, partsOf, syllableOf } = await import(`./search-layout.js${new URL(import.meta.url).search}`);

const END = '\uffff';

/** Hangul as the keys that were struck, other letters as they are. @param {string} word @returns {ArrayLike<string>} */
export function strokes(word) {
  if (!/[\uac00-\ud7a3]/.test(word)) return word;
  return [...word].flatMap((letter) => {
    const parts = partsOf(letter);
    return parts ? [`L${parts[0]}`, `V${parts[1]}`, ...(parts[2] ? [`T${parts[2]}`] : [])] : letter;
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
  // Longer ones are found by their beginning anyway.
  if (/^[a-z][a-z0-9]{2,3}$/.test(word)) await index.keys(word, word + END, (key, coded) => counts.set(key, coded.length), 2);
  for (const [low, high] of isDense(word) && word.length < 5 ? growing(word) : []) {
    await index.keys(low, high, (key, coded) => {
      const found = key.replace('=', '').slice(0, Math.max(word.length, low.replace('=', '').length));
      counts.set(found, (counts.get(found) ?? 0) + coded.length);
    }, 6);
  }
  const { terms } = await index.top();
  const ranges = [[word, word + END], ...(isDense(word) ? growing(word) : [])];
  // A term of the table may be held by another name only: 딥시 is 딥시크, which is DeepSeek.
  const begun = word.length < 2 || (/^[a-z]/.test(word) && word.length < 3) ? [] : terms.joined
    .filter((term) => term !== word && ranges.some(([low, high]) => term >= low.replace('=', '') && term < high.replace('=', '')));
  return [...begun.sort((a, b) => a.length - b.length), ...[...counts].sort((a, b) => b[1] - a[1]).map(([found]) => found)].slice(0, 3);
}

/** Words written as one: 긴문맥, 사족보행로봇. Returns what is held of them side by side or, where one is a term of the
 * table (확산모델), anywhere. @param {import('./search-core.js').Index} index @param {string} word @returns {Promise<Float32Array | null>} */
export async function inParts(index, word) {
  if (!isDense(word) || word.length < 3 || word.length > 12) return null;
  const besides = await besideTerm(index, word);
  const spaces = await Promise.all([...word].slice(1).map((_, i) => index.set(`_${word.slice(i, i + 2)}`)));
  return either([await sideBySide(index, word, spaces), ...besides]);
}

/** Nouns written as one that no paper has side by side, but one of them all: 로봇실패감지 of "로봇의 실패를 감지". Null where there is none.
 * @param {import('./search-core.js').Index} index @param {string} word @returns {Promise<{held: Float32Array, words: string[]} | null>} */
export async function inPieces(index, word) {
  if (!isDense(word) || word.length < 5 || word.length > 12) return null;
  let [best, words] = [null, []];
  const cut = async (rest, before) => {
    for (let at = Math.min(4, rest.length); at > 1; at--) {
      if (rest.length - at === 1) continue;
      const own = await index.word(rest.slice(0, at));
      const held = before.held ? both([before.held, own]) : own;
      if (!size(held)) continue;
      const found = { held, words: [...before.words, rest.slice(0, at)] };
      if (at < rest.length) await cut(rest.slice(at), found);
      else if (!best || found.words.length < words.length) [best, words] = [held, found.words];
    }
  };
  await cut(word, { words: [] });
  return best && { held: best, words };
}

/** What is held of a word that is cut where something is held on both sides of a space. @param {Float32Array[]} spaces by place */
async function sideBySide(index, word, spaces) {
  const part = (text) => (text.length > 1 ? [index.word(text)] : []);
  const sets = spaces.flatMap((across, i) => {
    if (!size(across)) return [];
    const [head, tail] = [word.slice(0, i + 1), word.slice(i + 1)];
    const cut = Promise.all([...part(head), ...part(tail)]).then((held) => both([...held, across]));
    const again = tail.length > 2 && head.length > 1
      ? [Promise.all([...part(head), sideBySide(index, tail, spaces.slice(i + 1))]).then((held) => both([...held, across]))] : [];
    return [cut, ...again];
  });
  return either([new Float32Array(spaces[0].length), ...await Promise.all(sets)]);
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

// What a letter of Hangul is mistaken for: its neighbours on the keyboard, and those that sound alike.
const BESIDE = {
  r: 'Rezsfo', R: 'r', s: 'raedfx', e: 'Ersdwx', E: 'e', f: 'rdgvtc', a: 'sqwz', q: 'Qwav', Q: 'q', t: 'Trfgw', T: 't', d: 'esfxc', w: 'Wqesac', W: 'w',
  c: 'xdvfw', z: 'axsr', x: 'zcsde', v: 'cfgbq', g: 'tfv', k: 'jlioh', o: 'ipkOl', i: 'ukoj', O: 'oP', j: 'hkunm', p: 'olPk', u: 'yijh', P: 'pO', h: 'jynbg',
  y: 'tuhg', n: 'bmhj', b: 'vnhy', m: 'njkl', l: 'kpom',
};

/** Whether the one stroke in which words differ is of keys beside each other, or sounds alike. @param {string[]} own @param {string[]} other */
function besideKeys(own, other) {
  const at = own.findIndex((stroke, i) => stroke !== other[i]);
  const [one, two] = [own[at], other[at]].map((stroke) => ({ L: LEADS, V: VOWELS }[stroke[0]]?.[stroke.slice(1)]));
  return !one || !two || Boolean(BESIDE[one]?.includes(two));
}

/** What some Hangul may be mistyped of at its first syllable, or by syllables that changed places or came twice.
 * @param {string} word */
function* remade(word) {
  const letters = [...word];
  for (let at = 0; at + 1 < letters.length; at++) {
    yield [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)].join('');
    if (letters[at] === letters[at + 1]) yield [...letters.slice(0, at), ...letters.slice(at + 1)].join('');
  }
  const parts = partsOf(word);
  if (!parts) return;
  const [lead, vowel, tail] = parts;
  const one = (lead, vowel, tail) => syllableOf(lead, vowel, tail) + word.slice(1);
  for (const key of BESIDE[LEADS[lead]]) if (LEADS.includes(key)) yield one(LEADS.indexOf(key), vowel, tail);
  for (const key of BESIDE[VOWELS[vowel]] ?? '') if (VOWELS.includes(key)) yield one(lead, VOWELS.indexOf(key), tail);
}

/** Where the first letters of a word of Hangul begin, four at most, that nobody holds in a row. */
async function unheld(index, word) {
  for (let at = 0; at + 4 < word.length; at++) if (!size(await index.word(word.slice(at, at + 4)))) return at;
  return Math.max(0, word.length - 4);
}

/** Whether one has a letter twice in a row that the other has once. @param {ArrayLike<string>} one @param {ArrayLike<string>} other */
const doubled = (one, other) => one.length !== other.length && [...one].filter((letter, i) => letter !== one[i - 1]).join() === [...other].filter((letter, i) => letter !== other[i - 1]).join();

/** The held words that are one typing error away, the likeliest first; where `any`, also those that are near by chance.
 * @param {string} word */
export async function nearest(index, word, any = false) {
  const { terms, topics, count } = await index.top();
  if (/^[\u1100-\u1112]/.test(word) || (!isDense(word) && word.length < (any ? 3 : 4))) return [];
  const own = strokes(word);
  const found = new Map();
  const consider = (other, held) => {
    const keys = strokes(other);
    if (other === word || Math.abs(other.length - word.length) > 1 || !oneApart(own, keys)) return;
    // Two syllables with another vowel or consonant are mostly another word: 주식, 주석.
    if (isDense(word) && word.length < 3 && own.length === keys.length && !swapped(own, keys) && !besideKeys(own, keys)) return;
    found.set(other, Math.max(found.get(other) ?? 0, held) + (swapped(own, keys) || doubled(own, keys) ? 1e6 : 0));
  };
  // A short word has neighbours by chance, the more, the larger the archive.
  const likely = (other, held) => any || word.length > 6 || isDense(word) || held >= 1e5 || (word.length > 4 && held > (word.length > 5 ? 1 : 4) + count / 2000);
  const best = () => [...found].filter(([other, held]) => likely(other, held)).sort((a, b) => b[1] - a[1]).map(([other]) => other);
  const known = [...terms.joined, ...topics.map((topic) => topic.toLowerCase())];
  for (const term of known) consider(term, 1e5);
  if (isDense(word)) {
    const at = await unheld(index, word);
    const [before, part, after] = [word.slice(0, at), word.slice(at, at + 4), word.slice(at + 4)];
    const visit = (key, coded) => { if (key.length >= part.length) consider(before + key.slice(0, part.length) + after, coded.length); };
    const open = part.charCodeAt(0) - (part.charCodeAt(0) - 0xac00) % 28;
    // The later, the more is loaded.
    for (const look of part.length < 3 ? [] : [
      () => index.keys(part.slice(0, 2), part.slice(0, 2) + END, visit, 4),
      () => index.keys(part[0], part[0] + END, visit, 12),
      () => index.keys(String.fromCharCode(open), String.fromCharCode(open + 28), (key, coded) => { if (key[1] === part[1]) visit(key, coded); }, 12),
      () => Promise.all([...new Set(remade(part))].map(async (other) => {
        const held = size(await index.word(before + other + after));
        if (held) found.set(before + other + after, held + 2);
      })),
    ]) if (!found.size) await look();
  } else if (/[a-z]/.test(word)) {
    // An error in the middle of a short word is in both of its ends.
    for (const ends of word.length < 6 ? [3, 2] : [3]) {
      const [head, tail] = [word.slice(0, ends), `~${[...word].reverse().join('').slice(0, ends)}`];
      const turned = (at) => word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
      const further = new Set(word.length === 6 ? [turned(2)] : any && word.length < 5 ? [...word].slice(1).map((_, at) => turned(at)) : []);
      await Promise.all([
        index.keys(head, head + END, (key, coded) => consider(key, coded.length), 6),
        index.keys(tail, tail + END, (key) => { const other = [...key.slice(1)].reverse().join(''); if (oneApart(own, other)) further.add(other); }, 6),
      ]);
      const telling = !any && best().length ? (other) => swapped(own, other) : () => true;
      await Promise.all([...further].filter((other) => !found.has(other) && telling(other)).slice(0, any ? 24 : 12).map(async (other) => {
        const held = size(await index.set(other));
        if (held) consider(other, 1 + held);
      }));
      if (best().length) break;
    }
  }
  return best().slice(0, 3);
}
