// The search without its page: reads the files that digest/site/search.py writes. Runs in browsers and in node.
// What a page of the index looks like is told in digest/site/search_index.py.

/** @typedef {[number, string, string, string, string, string[], string[]]} Row number, url, title, tldr, day, topics, fields */
/** @typedef {{typed: string[], others: string[][]}} Clause words as typed, and phrases that mean the same */
/** @typedef {'ascii' | 'mixed'} Book */
/** @typedef {{topic?: string, from?: string, to?: string}} Filter a topic's name; days as YYYY-MM-DD, both included */

/** Make alike what a reader takes for alike: width, case, composition. The same as `fold` in search_index.py.
 * @param {string} text */
export const fold = (text) => text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');

/** The words of a query, each once. @param {string} query @returns {string[]} */
export const words = (query) => [...new Set(fold(query).split(/[\0-\x20]+/).filter(Boolean))];

/** Short Latin terms (RL, RAG) are understood but not looked for: they stand within other words. So are words of one letter.
 * @param {string[]} term */
const telling = (term) => term.every((word) => word.length > 1) && /[^a-z0-9]|.{4}/.test(term.join(' '));

/** Split a query into clauses that must all hold; the longest term of the table wins.
 * @param {string} query @param {string[][][]} terms groups of phrases, each a list of words @returns {Clause[]} */
export function clauses(query, terms) {
  const typed = words(query);
  const found = [];
  for (let at = 0; at < typed.length;) {
    let length = 1;
    /** @type {string[][]} */
    let others = [];
    for (const group of terms) {
      for (const term of group) {
        if (term.length < length || term.some((word, i) => word !== typed[at + i])) continue;
        if (term.length > length) others = [];
        length = term.length;
        others = others.concat(group.filter((other) => other !== term && telling(other)));
      }
    }
    found.push({ typed: typed.slice(at, at + length), others });
    at += length;
  }
  return found;
}

/** Runs of `length` letters that cover a word, overlapping by half. @param {string} word @param {number} length @returns {string[]} */
function runs(word, length) {
  const found = [];
  for (let at = 0; at + length < word.length; at += length >> 1) found.push(word.slice(at, at + length));
  return [...found, word.slice(-length)];
}

/** The grams that a paper holds if it holds the word, each with its book. @param {string} word
 * @param {Record<Book, [number, string[]]>} books @returns {[Book, string][]} */
export function grams(word, { ascii: [long], mixed: [short] }) {
  const letters = word.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd');
  if (letters.length <= short && /[^!-~]/.test(letters)) return [['mixed', letters]];
  const other = runs(letters, short).filter((run) => /[^!-~]/.test(run) && !/^[!-~]{2}/.test(run));
  const latin = [...letters.matchAll(/[!-~]{2,}/g)].flatMap((run) => runs(letters.slice(run.index, run.index + run[0].length + long - 2), long));
  const standIn = (/** @type {string} */ letter) => String.fromCharCode(192 + letter.charCodeAt(0) % 33);
  return [...other.map((run) => ['mixed', run]), ...latin.map((run) => ['ascii', run.replace(/[^!-~]/g, standIn)])];
}

/** Whether the index alone tells which papers fit, without a look at their texts. @param {Clause[]} query */
export const sure = (query) => query.every(({ typed, others }) => [typed, ...others].flat().every((word) => /^(.{2,4}|[!-~]{5,7})$/.test(word)));

export class Index {
  /** @param {(path: string) => Promise<string>} load gives the text of a file below search/ */
  constructor(load) {
    this.load = load;
    /** @type {Map<string, Promise<any>>} */
    this.kept = new Map();
  }

  /** Load and parse a file once; a failure is tried again the next time.
   * @param {string} path @param {(text: string) => any} parse @returns {Promise<any>} */
  file(path, parse) {
    let known = this.kept.get(path);
    if (!known) {
      known = this.load(path).then(parse);
      known.catch(() => this.kept.delete(path));
      this.kept.set(path, known);
    }
    return known;
  }

  /** What must be known before the first query: sizes, topics, terms. */
  top() {
    return this.file('top.json', (text) => {
      const top = JSON.parse(text);
      top.terms = top.terms.map((/** @type {string[]} */ group) => group.map(words));
      top.blocks = Array.from({ length: Math.ceil(top.count / top.block) }, (_, number) => number);
      return top;
    });
  }

  /** Of each book of a block: the letters of a gram, the first gram of each page. @param {number} block */
  pages(block) { return this.file(`${block}/pages.json`, JSON.parse); }

  /** Load what every query needs, so that the first one finds it there. */
  async warm() { await Promise.all((await this.top()).blocks.map((/** @type {number} */ block) => this.pages(block))); }

  /** The papers that hold all words, newest first. Exact for words of two to four letters; longer words and words of
   * one letter still have to be compared with the paper's text by `matches`.
   * @param {Clause[]} query @param {Filter} filter @returns {Promise<number[]>} */
  async find(query, filter = {}) {
    const top = await this.top();
    const blocks = await Promise.all(top.blocks.map((/** @type {number} */ block) => this.inBlock(block, query, filter)));
    const numbers = [];
    for (let number = top.count - 1; number >= 0; number--) {
      if (blocks[Math.floor(number / top.block)][number % top.block]) numbers.push(number);
    }
    return numbers;
  }

  /** @param {number} block @param {Clause[]} query @param {Filter} filter @returns {Promise<Uint8Array>} 1 for each paper that fits */
  async inBlock(block, query, filter) {
    const { block: size } = await this.top();
    const parts = query.map(async ({ typed, others }) => any(size, await Promise.all([typed, ...others].map((phrase) => this.phrase(block, phrase)))));
    if (filter.topic || filter.from || filter.to) parts.push(this.filtered(block, filter));
    return all(size, await Promise.all(parts));
  }

  /** @param {number} block @param {string[]} phrase */
  async phrase(block, phrase) {
    const books = await this.pages(block);
    const wanted = phrase.filter((word) => word.length > 1).flatMap((word) => grams(word, books));
    return all((await this.top()).block, await Promise.all(wanted.map(([book, gram]) => this.gram(block, book, gram))));
  }

  /** @param {number} block @param {Book} book @param {string} gram at least two letters */
  async gram(block, book, gram) {
    const [length, firsts] = (await this.pages(block))[book];
    const flags = new Uint8Array((await this.top()).block);
    let page = firsts.length - 1;
    while (page > 0 && firsts[page] > gram) page--;
    const wanted = [];
    for (; page >= 0 && page < firsts.length && (!wanted.length || firsts[page].startsWith(gram)); page++) {
      wanted.push(this.file(`${block}/${book}${page}.txt`, (text) => text.split('\n')));
    }
    for (const line of (await Promise.all(wanted)).flat()) {
      if (!line.startsWith(gram.slice(0, 2))) continue;
      for (const item of line.slice(3).split('\t')) if (item.startsWith(gram.slice(2))) unpack(item.slice(length - 2), flags);
    }
    return flags;
  }

  /** @param {number} block @param {Filter} filter */
  async filtered(block, { topic, from = '', to = '' }) {
    const known = await this.file(`${block}/filter.json`, JSON.parse);
    const flags = new Uint8Array((await this.top()).block);
    if (topic) unpack(known.topics[topic] ?? '', flags); else flags.fill(1);
    let at = 0;
    for (const [day, papers] of known.days) {
      if (day < from || (to && day > to)) flags.fill(0, at, at + papers);
      at += papers;
    }
    return flags;
  }

  /** A paper as it is shown. @param {number} number @returns {Promise<Row>} */
  async paper(number) {
    const { block, group } = await this.top();
    const place = number % block;
    const rows = await this.file(`${Math.floor(number / block)}/text${Math.floor(place / group)}.json`, JSON.parse);
    return rows[place % group];
  }
}

/** Set the flag of each paper in `coded`: distances from the paper before, plus 32. @param {string} coded @param {Uint8Array} flags */
function unpack(coded, flags) {
  for (let i = 0, at = -1; i < coded.length; i++) flags[at += coded.charCodeAt(i) - 32] = 1;
}

/** @param {number} size @param {Uint8Array[]} sets */
const all = (size, sets) => new Uint8Array(size).map((_, i) => Number(sets.every((set) => set[i])));

/** @param {number} size @param {Uint8Array[]} sets */
const any = (size, sets) => new Uint8Array(size).map((_, i) => Number(sets.some((set) => set[i])));

/** The searched texts of a paper: title, tldr, the seven fields, its id. @param {Row} row @returns {string[]} */
export const texts = ([, url, title, tldr, , , fields]) => [title, tldr, ...fields, url.split('/').filter(Boolean).at(-1) ?? ''];

/** Compare a paper's text with the query: for each clause the phrase that it holds, or null if one clause has none.
 * @param {Row} row @param {Clause[]} query @returns {string[][] | null} */
export function matches(row, query) {
  const text = fold(texts(row).join('\n'));
  const held = query.map(({ typed, others }) => [typed, ...others].find((phrase) => phrase.every((word) => text.includes(word))));
  return held.includes(undefined) ? null : /** @type {string[][]} */ (held);
}

/** Find words in a text as it is written: pairs of begin and end, in order, not overlapping. @param {string} text @param {string[]} needles */
export function spots(text, needles) {
  let folded = '';
  const origin = [];
  let at = 0;
  for (const char of text) {
    const same = fold(char);
    folded += same;
    for (let i = 0; i < same.length; i++) origin.push([at, at + char.length]);
    at += char.length;
  }
  const found = [];
  for (const needle of needles) {
    for (let i = folded.indexOf(needle); i >= 0; i = folded.indexOf(needle, i + needle.length)) {
      found.push([origin[i][0], origin[i + needle.length - 1][1]]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return found.filter(([begin], i) => found.slice(0, i).every(([, end]) => end <= begin));
}

/** Cut a long text around its first spot, at words. @param {string} text @param {number[][]} found @returns {[number, number]} */
export function excerpt(text, found, size = 140) {
  if (text.length <= size + 20) return [0, text.length];
  let begin = Math.max(0, Math.min(found[0][0] - 40, text.length - size));
  if (begin > 0) begin = Math.min(found[0][0], text.indexOf(' ', begin) + 1 || begin);
  let end = Math.min(text.length, Math.max(begin + size, found[0][1]));
  if (end < text.length) end = Math.max(found[0][1], text.lastIndexOf(' ', end));
  return [begin, end];
}
