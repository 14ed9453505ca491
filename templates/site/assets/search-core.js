// Looks words up in the files of digest/site/search/files.py, whose form is told there. No DOM.
const { isDense, readTerms } = await import(`./search-query.js${new URL(import.meta.url).search}`);

/** @typedef {{url: string, title: string, tldr: string, day: string, topics: string[], signs: string[]}} Card */
/** @typedef {{topic?: string, from?: string, to?: string, sort?: string, on?: (day: string) => boolean, today?: string}} Filter days as YYYY-MM-DD, both included */

/** What it counts that a word stands in the name, title, one-line summary, people and topics, abstract, fields. */
const WEIGHTS = [13, 10, 6, 4, 2, 1];
const END = '\uffff';
export const ENOUGH = 20;
export const isInitials = (word) => /^[\u1100-\u1112]/.test(word);
/** What it counts where only people and topics, or only the abstract, hold a word. */
export const [PEOPLE, ABSTRACT] = WEIGHTS.slice(3);

/** @typedef {{folder: string, start: number, size: number}} Span where its files are, its first paper, papers of a block */

/** The papers of a key, by tier. @param {string} coded @param {Span} span
 * @param {(at: number, tier: number) => void} visit */
function each(coded, span, visit) {
  for (let i = 0, { start } = span, at = start - 1, tier = 0; i < coded.length; i++) {
    const code = coded.charCodeAt(i);
    if (code >= 0x400) start = span.start + (code - 0x400) * span.size;
    else if (code < 9) { tier = code - 1; at = start - 1; } else visit(at += code - 32, tier);
  }
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

  /** What must be known before the first query: spans, sizes, topics, terms. */
  top() {
    return this.file('top.json', (text) => {
      const top = JSON.parse(text);
      const spans = top.spans.map(([start, end]) => ({ folder: `${start}-${end}`, start, size: end - start < top.block ? top.part : top.block }));
      return { ...top, spans, terms: readTerms(top.terms), count: top.spans.at(-1)?.[1] ?? 0 };
    });
  }

  /** Load what every query needs. */
  async warm() { await Promise.all((await this.top()).spans.map(({ folder }) => this.file(`${folder}/pages.json`))); }

  /** Go through the keys from `low` up to `high`, of each span on `most` pages at most.
   * @param {(key: string, coded: string, span: Span) => void} visit */
  async keys(low, high, visit, most = 40) {
    const { spans } = await this.top();
    const found = await Promise.all(spans.map(async ({ folder }) => {
      const firsts = await this.file(`${folder}/pages.json`);
      let [from, to] = [0, firsts.length];
      while (from < to) { const middle = (from + to) >> 1; if (firsts[middle] <= low) from = middle + 1; else to = middle; }
      const pages = [];
      for (let page = Math.max(0, from - 1); page < firsts.length && (page < from || firsts[page] < high) && pages.length < most; page++) {
        pages.push(this.file(`${folder}/${page}.txt`, (text) => text));
      }
      return Promise.all(pages);
    }));
    for (const [i, pages] of found.entries()) {
      for (const page of pages) {
        let key = '';
        for (let at = 0; at < page.length;) {
          const end = page.indexOf('\n', at) < 0 ? page.length : page.indexOf('\n', at);
          const tab = page.indexOf('\t', at);
          key = key.slice(0, page.charCodeAt(at) - 48) + page.slice(at + 1, tab);
          if (key >= high) break;
          if (key >= low) visit(key, page.slice(tab + 1, end), spans[i]);
          at = end + 1;
        }
      }
    }
  }

  /** The papers of one key. @param {string} key @returns {Promise<Float32Array>} */
  async set(key) {
    const held = new Float32Array((await this.top()).count);
    await this.keys(key, key + '\0', (_, coded, span) => each(coded, span, (at, tier) => { held[at] ||= WEIGHTS[tier]; }));
    return held;
  }

  /** The papers that hold one word, with what that counts. @param {string} word
   * @param {boolean} whole not the many of it, which abbreviations have as themselves @returns {Promise<Float32Array>} */
  async word(word, whole = false) {
    if (isDense(word) && word.length > 4 && !isInitials(word)) {
      const runs = [];
      for (let at = 0; at + 4 < word.length; at += 3) runs.push(word.slice(at, at + 4));
      return both(await Promise.all([...runs, word.slice(-4)].map((run) => this.word(run))));
    }
    const held = new Float32Array((await this.top()).count);
    const add = (share) => (key, coded, span) => each(coded, span, (at, tier) => { held[at] = Math.max(held[at], WEIGHTS[tier] * share(key)); });
    const exact = (key) => this.keys(key, key + '\0', add(() => 1));
    if (isInitials(word)) await this.keys(word, word + END, add((key) => (key === word ? 1 : 0.8)));
    else if (isDense(word)) await ([() => Promise.all([exact(word), this.keys(`=${word}`, `=${word}${END}`, add(() => 0.5))]), () => exact(`=${word}`)][word.length - 1] ?? (() => this.keys(word, word + END, add(() => 1))))();
    else if (word.length < 5 || (word.length > 9 && /^[\d.]+$/.test(word))) await Promise.all([exact(word), ...(whole ? [] : [exact(`${word}s`)])]);
    else await this.keys(word, word + END, add((key) => (key === word ? 1 : key === `${word}s` ? 0.95 : 0.6)));
    return held;
  }

  /** The papers that hold a clause in one of its readings. */
  async clause({ readings }) {
    const sets = await Promise.all(readings.map(async ({ words, weight, whole }) => {
      const held = both(await Promise.all(words.map((word) => this.word(word, whole))));
      return weight === 1 ? held : held.map((value) => value * weight);
    }));
    return either(sets);
  }

  /** The days, oldest first, each with the number of its papers. @returns {Promise<[string, number][]>} */
  async days() {
    const { spans } = await this.top();
    return (await Promise.all(spans.map(({ folder }) => this.file(`${folder}/days.json`)))).flat();
  }

  /** The papers that a filter leaves, or null for all of them. @param {Filter} filter */
  async filtered({ topic, from = '', to = '', on }) {
    if (!topic && !from && !to && !on) return null;
    if (from && to && from > to) [from, to] = [to, from];
    const { count } = await this.top();
    const kept = new Uint8Array(count).fill(topic ? 0 : 1);
    if (topic) await this.keys(`&${topic}`, `&${topic}\0`, (_, coded, span) => each(coded, span, (at) => { kept[at] = 1; }));
    if (from || to || on) {
      let at = 0;
      for (const [day, papers] of await this.days()) {
        if (day < from || (to && day > to) || (on && !on(day))) kept.fill(0, at, at + papers);
        at += papers;
      }
    }
    return kept;
  }

  /** @param {number} number @returns {Promise<Card>} */
  async card(number) {
    const { cards } = await this.top();
    const [url, title, tldr, day, topics, signs] = (await this.file(`cards/${Math.floor(number / cards)}.json`))[number % cards];
    return { url, title, tldr, day, topics, signs };
  }

  /** What else of a paper is searched: people, abstract, the seven fields, id. @param {number} number @returns {Promise<string[]>} */
  async texts(number) {
    const { texts } = await this.top();
    return (await this.file(`texts/${Math.floor(number / texts)}.json.gz`))[number % texts];
  }
}

/** What is held of all sets, counted together. @param {Float32Array[]} sets */
export function both(sets) {
  if (sets.length === 1) return sets[0];
  const held = sets[0].slice();
  for (let i = 0; i < held.length; i++) {
    for (let which = 1; held[i] && which < sets.length; which++) held[i] = sets[which][i] && held[i] + sets[which][i];
    held[i] /= sets.length;
  }
  return held;
}

/** What is held of any set. @param {Float32Array[]} sets */
export function either(sets) {
  if (sets.length === 1) return sets[0];
  const held = sets[0].slice();
  for (const set of sets) for (let i = 0; i < held.length; i++) if (set[i] > held[i]) held[i] = set[i];
  return held;
}

/** How many papers a set has. @param {ArrayLike<number>} set */
export function size(set) {
  let found = 0;
  for (let i = 0; i < set.length; i++) if (set[i]) found++;
  return found;
}
