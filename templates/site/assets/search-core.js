// The search without its page: reads the files of digest/site/search.py, whose form search_index.py tells. No DOM.

/** @typedef {[number, string, string, string, string, string[], string[], string[]]} Row number, url, title, tldr, day, topics, fields, signs */
/** @typedef {{typed: string[], others: string[][]}} Clause words as typed; phrases that mean the same */
/** @typedef {{topic?: string, from?: string, to?: string}} Filter days as YYYY-MM-DD, both included */

/** Make alike what a reader takes for alike: width, case, composition. @param {string} text */
export const fold = (text) => text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');

/** @param {string} query @returns {string[]} its words, each once */
export const words = (query) => [...new Set(fold(query).split(/[\0-\x20]+/).filter(Boolean))];

/** Short Latin terms (RL) are understood but not looked for: they stand within other words. @param {string[]} term */
const telling = (term) => term.every((word) => word.length > 1) && /[^a-z0-9]|.{4}/.test(term.join(' '));

/** Split a query into clauses that must all hold; the longest term of the table wins.
 * @param {string} query @param {string[][][]} terms groups of phrases of words @returns {Clause[]} */
export function clauses(query, terms) {
  const typed = words(query);
  const found = [];
  for (let at = 0; at < typed.length; at += found.at(-1).typed.length) {
    let length = 1;
    let others = [];
    for (const group of terms) {
      for (const term of group) {
        if (term.length < length || term.some((word, i) => word !== typed[at + i])) continue;
        if (term.length > length) others = [];
        length = term.length;
        others.push(...group.filter((other) => other !== term && telling(other)));
      }
    }
    found.push({ typed: typed.slice(at, at + length), others });
  }
  return found;
}

/** Whether the index alone can tell, without a look at the texts. @param {Clause[]} query */
export const sure = (query) => query.every(({ typed, others }) => [typed, ...others].flat().every((word) => /^(.{2,4}|[!-~]{5,7})$/.test(word)));

/** Runs of `length` letters that cover a word. @param {string} word @param {number} length */
function runs(word, length) {
  const found = [];
  for (let at = 0; at + length < word.length; at += length >> 1) found.push(word.slice(at, at + length));
  return [...found, word.slice(-length)];
}

/** What must stand in the books if a paper holds the word: pairs of book and gram.
 * @param {string} word @param {Record<string, [number, string[]]>} books */
export function grams(word, { ascii: [long], mixed: [short] }) {
  const letters = word.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd');
  const mixed = runs(letters, short).filter((run) => /[^!-~]/.test(run));
  if (mixed[0] === letters) return [['mixed', letters]];
  const ascii = [...letters.matchAll(/[!-~]{2,}/g)].flatMap((run) => runs(letters.slice(run.index, run.index + run[0].length + long - 2), long));
  return [
    ...mixed.filter((run) => !/^[!-~]{2}/.test(run)).map((run) => ['mixed', run]),
    ...ascii.map((run) => ['ascii', run.replace(/[^!-~]/g, (letter) => String.fromCharCode(192 + letter.charCodeAt(0) % 33))]),
  ];
}

// A set of papers is a byte for each paper of a block.
const all = (size, sets) => new Uint8Array(size).map((_, i) => Number(sets.every((set) => set[i])));
const any = (size, sets) => new Uint8Array(size).map((_, i) => Number(sets.some((set) => set[i])));
function add(set, coded) {
  for (let i = 0, at = -1; i < coded.length; i++) set[at += coded.charCodeAt(i) - 32] = 1;
}

export class Index {
  /** @param {(path: string) => Promise<string>} load gives the text of a file below search/ */
  constructor(load) {
    this.load = load;
    this.kept = new Map();
  }

  /** Load a file once; after a failure, again. */
  file(path, parse = JSON.parse) {
    if (!this.kept.has(path)) {
      this.kept.set(path, this.load(path).then(parse));
      this.kept.get(path).catch(() => this.kept.delete(path));
    }
    return this.kept.get(path);
  }

  /** What must be known before the first query: sizes, topics, terms. */
  top() {
    return this.file('top.json', (text) => {
      const top = JSON.parse(text);
      return { ...top, terms: top.terms.map((group) => group.map(words)), blocks: [...Array(Math.ceil(top.count / top.block)).keys()] };
    });
  }

  /** Load what every query needs. */
  async warm() { await Promise.all((await this.top()).blocks.map((block) => this.file(`${block}/pages.json`))); }

  /** The papers that fit, newest first. Unless the query is `sure`, compare each with `matches`.
   * @param {Clause[]} query @param {Filter} filter @returns {Promise<number[]>} */
  async find(query, filter = {}) {
    const { blocks, block: size, count } = await this.top();
    const sets = await Promise.all(blocks.map((block) => this.inBlock(block, size, query, filter)));
    const found = [];
    for (let number = count - 1; number >= 0; number--) if (sets[Math.floor(number / size)][number % size]) found.push(number);
    return found;
  }

  async inBlock(block, size, query, filter) {
    const books = await this.file(`${block}/pages.json`);
    const gram = ([book, run]) => this.gram(block, size, book, books[book], run);
    const phrase = async (phrase) => all(size, await Promise.all(phrase.filter((word) => word.length > 1).flatMap((word) => grams(word, books)).map(gram)));
    const sets = query.map(async ({ typed, others }) => any(size, await Promise.all([typed, ...others].map(phrase))));
    if (filter.topic || filter.from || filter.to) sets.push(this.filtered(block, size, filter));
    return all(size, await Promise.all(sets));
  }

  async gram(block, size, book, [length, firsts], run) {
    let page = firsts.length - 1;
    while (page > 0 && firsts[page] > run) page--;
    const pages = [];
    for (; page >= 0 && page < firsts.length && (!pages.length || firsts[page].startsWith(run)); page++) {
      pages.push(this.file(`${block}/${book}${page}.txt`, (text) => text.split('\n')));
    }
    const set = new Uint8Array(size);
    for (const line of (await Promise.all(pages)).flat()) {
      if (!line.startsWith(run.slice(0, 2))) continue;
      for (const item of line.slice(3).split('\t')) if (item.startsWith(run.slice(2))) add(set, item.slice(length - 2));
    }
    return set;
  }

  async filtered(block, size, { topic, from = '', to = '' }) {
    const { days, topics } = await this.file(`${block}/filter.json`);
    const set = new Uint8Array(size).fill(topic ? 0 : 1);
    if (topic) add(set, topics[topic] ?? '');
    let at = 0;
    for (const [day, papers] of days) {
      if (day < from || (to && day > to)) set.fill(0, at, at + papers);
      at += papers;
    }
    return set;
  }

  /** @param {number} number @returns {Promise<Row>} */
  async paper(number) {
    const { block, group } = await this.top();
    const place = number % block;
    return (await this.file(`${Math.floor(number / block)}/text${Math.floor(place / group)}.json`))[place % group];
  }
}

/** What of a paper is searched: title, tldr, the seven fields, its id. @param {Row} row */
export const texts = ([, url, title, tldr, , , fields]) => [title, tldr, ...fields, url.split('/').filter(Boolean).at(-1) ?? ''];

/** The phrase of each clause that a paper holds, or null where it holds none of one. @param {Row} row @param {Clause[]} query */
export function matches(row, query) {
  const text = fold(texts(row).join('\n'));
  const held = query.map(({ typed, others }) => [typed, ...others].find((phrase) => phrase.every((word) => text.includes(word))));
  return held.includes(undefined) ? null : held;
}

/** Where a text as it is written holds the needles: pairs of begin and end, in order. @param {string} text @param {string[]} needles */
export function spots(text, needles) {
  let folded = fold(text);
  let origin = null;
  // Mostly a letter stays one letter; where not, note where each came from.
  if (folded.length !== text.length || text.normalize('NFKC') !== text) {
    origin = [];
    folded = '';
    for (const { 0: char, index } of text.matchAll(/./gsu)) {
      const same = fold(char);
      folded += same;
      for (let i = 0; i < same.length; i++) origin.push([index, index + char.length]);
    }
  }
  const found = [];
  for (const needle of needles) {
    for (let i = folded.indexOf(needle); i >= 0; i = folded.indexOf(needle, i + 1)) {
      const last = i + needle.length - 1;
      found.push(origin ? [origin[i][0], origin[last][1]] : [i, last + 1]);
    }
  }
  let end = 0;
  return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]).filter((spot) => spot[0] >= end && (end = spot[1]));
}
