// What somebody types → clauses to look up. The rules for words are those of digest/site/search/keys.py. No DOM.
const { saysNothing } = await import(`./search-asked.js${new URL(import.meta.url).search}`);

/** @typedef {{words: string[], weight: number, one?: boolean, whole?: boolean}} Reading words that must all be held, how much it counts that
 * they are, whether it is the one of what was typed as many, whether it has none: THU is not thus
 * @typedef {{typed: string, readings: Reading[], capitals?: boolean}} Clause what stands for it in messages; any reading will do; whether
 * it is an abbreviation in capitals */

const DENSE = '\\uac00-\\ud7a3\\u3040-\\u30ff\\u3400-\\u9fff\\u0e00-\\u0e7f';
const LETTER = `(?:(?![${DENSE}\\u1100-\\u1112])[\\p{L}\\p{N}])`;
const FORM = new RegExp(`[${DENSE}\\u1100-\\u1112]+|${LETTER}+(?:[-.'’/+_]${LETTER}+)*`, 'gu');
const JOINERS = /[-.'’/+_]/g;
const ID = /(?:arxiv(?:\.org\/(?:abs|pdf|html|format)\/|[:. ] ?)|^|[^\p{L}\p{N}.])(\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d{1,3})?(?:\.pdf|\.md)?(?!\.?\d)/iu;
// An id alone, also without its dot, and at the end of a key of our BibTeX.
const BARE_ID = /^(?:[@#]|[a-z-]+\d{4}[a-z0-9-]*_)?(\d\d(?:0[1-9]|1[0-2]))[ .-]?(\d{5})(?:v\d{1,3})?$/;
// What stands before words elsewhere: author:Kaiser.
const FIELD = /(?<![\p{L}\p{N}])(?:author|au|title|ti|abs|id|topic|저자|제목|주제):(?=\S)/giu;
// What no result may have: -word, NOT word, 낱말 말고.
const WITHOUT = /(?:^|\s)(?:[-−–]|NOT\s+)(?:["“]([^"”]+)["”]|(?=\p{L})(\S+))|(?:["“]([^"”]+)["”]|(?<=^|\s)([\p{L}\p{N}-]+?))(?:[은는이가을를])?\s+(?:말고|빼고|제외하고|제외한|아닌)(?=\s)/gu;
const LETTERS = { ł: 'l', đ: 'd', ħ: 'h', ø: 'o', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th' };
const GREEK = 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega'.split(' ');
const NUMBER = /^\d+(?:\.\d+)*$/;
const PERCENT = /^ ?(?:%|퍼센트|프로(?![가-힣])|percent(?![a-z]))/;
const COUNTED = new RegExp(`^(\\d+(?:\\.\\d+)*)(%|[십백천만억조]+|[${DENSE}])`);
const QUOTED = /["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]/g;

/** Make alike what a reader takes for alike: width, case, composition, accents. @param {string} text */
export const fold = (text) => text.normalize('NFKC').toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').normalize('NFC')
  .replace(/[łđħøıßæœðþ]/g, (letter) => LETTERS[letter]).replace(/(?<=[a-z])\$?\^\{?([0-9a-z])\}?\$?/g, '$1')
  .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '').replace(/(?<=\d)×/g, 'x').replaceAll('ς', 'σ').replace(/[\u{10000}-\u{10ffff}]/gu, ' ');

/** @param {string} word */
export const isDense = (word) => /[\u1100-\u1112\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]/.test(word[0]);

/** The words of a text, each of one kind of script. @param {string} text */
export const forms = (text) => fold(text).match(FORM) ?? [];

/** What a text quotes, with its quotation marks, and the words beside. @param {string} text */
export const quotesOf = (text) => ({ quoted: (text.match(QUOTED) ?? []).join(' '), others: forms(text.replace(QUOTED, ' ')) });

// What is written as one with a noun and says nothing of a paper: 강화학습관련, 양자화란.
const ENDING = /^([가-힣]{2,}?)(?:에?관련|에관한|에대한|논문들?|추천|찾기|이란|란|이라는|기반|기법|용|연구|방법|을|를)+$/;

// Of these it is sure: 월드 모델관련 is 월드 모델, LLM기반에이전트 is LLM 에이전트.
const ABOUT = /^(?:기반의?)?([가-힣]{2,}?)(?:에?관련|에관한|에대한|논문들?)?$/;

/** A word of Hangul without what only says that papers are about it; empty where there is none. @param {string} word */
export const withoutEnding = (word) => ENDING.exec(word)?.[1] ?? '';

// A particle fits the end of the noun before: 을 stands behind a consonant, 를 behind a vowel.
const ANY = '밖에 만큼 에서는 에서도 으로는 에게서 이라는 에서의 으로의 에서 에게 까지 부터 처럼 보다 마다 조차 이나 라는 들을 들이 들은 들의 들 하는 하기 한다 되는 적인 에는 에도 의 에 도 만'.split(' ');
const CLOSED = '으로 이랑 을 은 과 이'.split(' ');
const OPEN = '로 랑 를 는 와 가'.split(' ');

/** Take a particle off a word of Hangul, if two letters stay. @param {string} word */
export function noun(word) {
  for (const ending of [...ANY, ...CLOSED, ...OPEN]) {
    const rest = word.slice(0, -ending.length);
    if (rest.length < 2 || !word.endsWith(ending) || !/[\uac00-\ud7a3]$/.test(rest)) continue;
    const tail = (rest.charCodeAt(rest.length - 1) - 0xac00) % 28;
    if (CLOSED.includes(ending) && !tail) continue;
    if (OPEN.includes(ending) && tail && !(ending === '로' && tail === 8)) continue;
    return rest;
  }
  return word;
}

/** Split a text into words, without particles behind Latin ones; what is counted stays with its number: 70만쌍, 75%.
 * @param {string} text */
export function split(text) {
  const folded = fold(text);
  const found = [];
  let end = -1;
  for (const { 0: form, index } of folded.matchAll(FORM)) {
    if (index < end) continue;
    const before = index === end && isDense(form) && !isDense(found.at(-1)) ? found.at(-1) : '';
    end = index + form.length;
    const percent = NUMBER.test(form) && PERCENT.exec(folded.slice(end));
    // 32 B, 80 k.
    const unit = /^[a-z]$/.test(form) && NUMBER.test(found.at(-1)) && /\d $/.test(folded.slice(0, index));
    // The particle of a Latin word: RoPE의; 만 and 도 count, too: 70만, 30도.
    const particle = before && [...ANY, ...CLOSED, ...OPEN].includes(form) && !(NUMBER.test(before) && /^[만도]$/.test(form));
    if (unit) found.push(found.pop() + form);
    else if (percent) { found.push(`${form}%`); end += percent[0].length; }
    else if (NUMBER.test(before) && !particle) found.push(found.pop() + form);
    else if (!particle) found.push(form);
  }
  return found;
}

/** The one of many: memories, encoders, hypotheses, as far as they begin alike. @param {string} word */
function singular(word) {
  if (!/^[a-z]{4,}$/.test(word) || !/[^sui]s$/.test(word)) return word;
  if (word.endsWith('ies')) return word.length > 5 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  return word.slice(0, /(?:ss|x|z|ch|sh)es$/.test(word) || (word.endsWith('ses') && word.length > 7) ? -2 : -1);
}

const VERB = /^([가-힣]{2,}?)(?:는|던|기|고|며|면|게|도록|려는|려고|려면)$/;
// What stands below a syllable, and its vowels with those of their past: ㅣ ㅕ, ㅗ ㅘ, ㅜ ㅝ.
const [NO_TAIL, NIEUN, RIEUL, MIEUM, SSANG] = [0, 4, 8, 16, 20];
const PAST = [[20, 6], [8, 9], [13, 14]];

/** The forms of a verb of Hangul whose stem ends with a vowel: 줄인, 줄여, 줄였 of 줄이는. None where it looks like no verb,
 * as 줄인 does only beside others. @param {string} word @param {boolean} beside */
function verbForms(word, beside) {
  const [, verb = word] = VERB.exec(word) ?? [];
  const code = verb.charCodeAt(verb.length - 1) - 0xac00;
  const tail = code % 28;
  if (verb.length < 2 || !(code >= 0 && code < 11172) || (verb === word ? !beside || ![NIEUN, RIEUL, MIEUM].includes(tail) : tail)) return [];
  const begin = Math.floor(code / 588) * 588;
  const vowel = Math.floor(code / 28) % 21;
  const past = PAST.find(([one]) => one === vowel)?.[1] ?? vowel;
  const letters = [[vowel, NO_TAIL], [vowel, NIEUN], [vowel, RIEUL], [vowel, MIEUM], [past, NO_TAIL], [past, SSANG]];
  const last = letters.map(([of, below]) => String.fromCharCode(0xac00 + begin + of * 28 + below));
  return [...new Set(last)].map((letter) => verb.slice(0, -1) + letter);
}

/** How forms of a word begin that grammar makes: internaliz of internalizing, 줄여 of 줄이는. None where it is too short to tell.
 * @param {string} word as it was typed @param {boolean} beside */
export function begins(word, beside) {
  const [, begin] = /^([a-z]{4,}?)(?:ing|ings|ed|ation|ations|ization|izations)$/.exec(word) ?? [];
  const one = begin?.replace(/([bdglmnprt])\1$/, '$1') ?? '';
  return one.length > 4 ? [one] : verbForms(word, beside);
}

/** The arXiv id in a text, in whatever form it was pasted. @param {string} text */
export function idIn(text) {
  const plain = text.normalize('NFKC').trim();
  const bare = BARE_ID.exec(plain);
  return bare ? `${bare[1]}.${bare[2]}` : ID.exec(plain)?.[1].toLowerCase();
}

const ADDRESS = /(?:https?:\/\/|www\.)?(?<![@\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}\/[^\s<>"')\]]*/gi;

/** What an address leads to, by the last part of its path; an address with an id as it is. @param {string} address */
function lastPart(address) {
  const parts = address.replace(/[?#].*$/, '').split('/').filter(Boolean);
  return idIn(address) || !/[a-z]/i.test(parts.at(-1)) || parts.length < 2 ? address : ` ${parts.at(-1).replace(/\.(?:git|html?|pdf)$/i, '')} `;
}

/** The words of a key of somebody's BibTeX, liu2025reasonrank, of a citation, Liu et al. (2025), and of an address of something
 * else than a paper. Other texts as they are. @param {string} text */
export const apart = (text) => text.replace(ADDRESS, lastPart).replace(/\\cite[a-z]*\*?\{([^}]*)\}/gi, '$1').replace(/(?<!\p{L})et al(?!\p{L})\.?[,\s]*(?:\(?(?:19|20)\d\d[a-z]?\)?(?![\p{L}\p{N}]))?/giu, ' ').replace(/^(?:@\w+\{)?([a-z]{2,})((?:19|20)\d\d)([a-z]{4,}),?$/i, '$1 $3');

/** The arXiv ids that stand in a text side by side and nothing else; none where it is one. @param {string} text */
export function idsIn(text) {
  const ids = text.split(/[\s,;]+/).filter(Boolean).map(idIn);
  return ids.length > 1 && ids.every(Boolean) ? [...new Set(ids)] : [];
}

/** What stands beside an id, as in [2511.00001] Title. @param {string} text */
export const besideId = (text) => text.normalize('NFKC').replace(/https?:\/\/\S+/giu, ' ').replace(ID, ' ').trim();

/** Words as one, without the signs that join them. @param {string[]} words */
export const joinedOf = (words) => words.join('').replace(JOINERS, '').slice(0, 40);

/** The readings of one form: the word itself; joined and in parts where signs join it. @param {string} form @returns {Reading[]} */
function readings(form) {
  const counted = COUNTED.exec(form);
  if (counted) {
    const [, number, unit] = counted;
    return [{ words: [number + unit], weight: 1 }, ...(unit === '%' || /\d{4}|\./.test(number) ? [{ words: [number], weight: 0.5 }] : [])];
  }
  if (isDense(form)) return [{ words: [noun(form)], weight: 1 }];
  if (NUMBER.test(form)) return [{ words: [form], weight: 1 }];
  if (/^[α-ω]$/.test(form)) return [{ words: [GREEK[form.charCodeAt(0) - 0x3b1]], weight: 1 }];
  const parts = form.split(JOINERS).filter((part) => part.length > 1).map((part) => part.slice(0, 40));
  if (parts.length < 2 && form.search(JOINERS) < 0) {
    const one = singular(form);
    return [{ words: parts, weight: 1 }, ...(one === form ? [] : [{ words: [one], weight: 0.9, one: true }])];
  }
  return [{ words: [joinedOf([form])], weight: 1 }, ...(parts.length > 1 ? [{ words: parts, weight: 0.7 }] : [])];
}

/** Read the table of terms once: all of them as one word each, and by the word that they begin with or are.
 * @param {string[][]} table */
export function readTerms(table) {
  const [joined, begun] = [[], new Map()];
  const begins = (word, found) => { if (begun.has(word)) begun.get(word).push(found); else begun.set(word, [found]); };
  for (const written of table) {
    const group = written.map((term) => {
      const words = split(term).map((form) => form.replace(JOINERS, ''));
      return { words, joined: joinedOf(words), written: term };
    });
    for (const term of group) {
      joined.push(term.joined);
      for (const word of new Set([term.words[0], term.joined])) begins(word, { group, term });
    }
  }
  return { joined, begun };
}

/** What a row of words may be: a name or one word for others, Jing Xiong, multi agent; somebody's initials with the last
 * name, which is the longest: SH Kim, Jiang, Y.-G.; and a whole name with the last name last, by its initials. @param {string[]} typed */
function rowOf(typed) {
  if (typed.length < 2 || typed.length > 4 || typed.some(isDense)) return {};
  const last = typed.reduce((longest, word) => (word.length >= longest.length ? word : longest));
  const first = typed.filter((word) => word !== last).join('').replace(JOINERS, '');
  const whole = typed.slice(0, -1).flatMap((word) => word.split(JOINERS)).map((word) => word.slice(0, 1));
  return {
    row: joinedOf(typed), whole: joinedOf([...whole, typed.at(-1)]),
    initials: first.length < 4 && last.length > 1 ? joinedOf([first, last]) : undefined,
  };
}

const CAPITALS = /(?<![A-Za-z0-9])[A-Z][A-Z0-9]{1,5}(?![A-Za-z0-9])/g;
const isShort = (word) => /^[A-Z0-9]{2,4}$/.test(word);

/** What a university may be called in the table of terms, all of whose names have the same end: 옥스퍼드 for 옥스퍼드대학교.
 * @param {string} word */
function schools(word) {
  const [, name, kind = ''] = /^([가-힣]{2,}?)(공과|공업|과학기술|국립)?대(?:학교?)?$/.exec(word) ?? [];
  return name ? [`${name}${kind}대`, `${name}${kind[0] ?? ''}대`, `${name}대`, name, `${name}대학교`].filter((other) => other !== word) : [];
}

/** Whether a short text holds all that is looked for: words by how they begin, Hangul anywhere, whatever joins them.
 * @param {string} text @param {string} asked */
export function holds(text, asked) {
  const id = idIn(asked);
  if (id) return fold(text).includes(id);
  const words = new Set(forms(text).flatMap((form) => [form.replace(JOINERS, ''), ...form.split(JOINERS)]));
  const joined = forms(text).join('');
  return split(asked).every((form) => ([...form].some(isDense) ? joined.includes(noun(form))
    : [...words].some((word) => word.startsWith(form.replace(JOINERS, '')))));
}

/** Split a query into clauses that must all hold; the longest term of the table wins.
 * @param {string} asked @param {ReturnType<typeof readTerms>} terms
 * @returns {{clauses: Clause[], phrases: string[], without: string[], id?: string, row?: string, initials?: string}} */
export function parse(asked, terms) {
  const id = idIn(asked);
  if (id) return { clauses: [{ typed: id, readings: [{ words: [id], weight: 1 }] }], phrases: [], without: [], id };
  const without = [...asked.matchAll(WITHOUT)].map((found) => found.slice(1).find(Boolean));
  const text = asked.replace(WITHOUT, ' ').replace(FIELD, ' ');
  const phrases = [...text.matchAll(QUOTED)].map((found) => fold(found[1]).trim().replace(/\s+/g, ' ')).filter(Boolean);
  const typed = [...new Set(split(text).map((word) => word.replace(ABOUT, '$1')))];
  const bare = typed.map((form) => (isDense(form) ? noun(form) : form).replace(JOINERS, ''));
  const capitals = new Set(text.match(CAPITALS)?.map((word) => word.toLowerCase()));
  const clauses = [];
  for (let at = 0; at < typed.length;) {
    let length = 1;
    let others = [];
    // What is one word of the table may be typed as two: on policy.
    const two = bare.slice(at, at + 2);
    const pair = two.length > 1 && two.every((word) => word.length > 1) ? two.join('') : '';
    let whole = capitals.has(typed[at]) && typed[at].length < 5;
    const add = (group, term) => others.push(...group.filter((other) => other !== term && other.joined.length > 1)
      .map((other) => ({ words: [other.joined], weight: 0.8, shown: other.written, ...(isShort(other.written) ? { whole: true } : {}) })));
    for (const { group, term } of [...new Set([bare[at], singular(bare[at]), pair])].flatMap((word) => terms.begun.get(word) ?? [])) {
      const is = (word, i) => word === bare[at + i] || word === singular(bare[at + i] ?? '');
      const size = term.words.length < 2 && term.joined === pair ? 2
        : [term.words.length, 1].find((size) => size >= length && (size > 1 ? term.words.every(is) : is(term.joined, 0)));
      if (!size || size < length) continue;
      if (size > length) others = [];
      length = size;
      // One letter of Hangul stands in many words: 법 in 방법.
      add(group, term);
      whole ||= size === 1 && term.written.length < 4 && isShort(term.written);
    }
    for (const [size, word] of others.length ? [] : [[2, pair], [1, bare[at]]]) {
      const school = schools(word).flatMap((name) => (terms.begun.get(name) ?? []).filter(({ term }) => term.joined === name))[0];
      if (!school || others.length) continue;
      length = size;
      add(school.group);
    }
    const forms = typed.slice(at, at + length);
    const words = bare.slice(at, at + length);
    const own = length > 1 ? [{ words: [joinedOf(words)], weight: 1 }, ...(saysNothing(words[0]) ? [] : [{ words: words.map(singular).filter((word) => word.length > 1), weight: 0.6 }])] : readings(forms[0]);
    at += length;
    // One Latin letter says nothing; one letter of Hangul (긴 문맥) does beside others.
    if (own[0].words.every((word) => !word || (word.length < 2 && !isDense(word)))) continue;
    if (whole && length === 1) for (const reading of own) reading.whole = true;
    const large = length === 1 && forms[0].length > 2 && capitals.has(forms[0]);
    clauses.push({ typed: forms.join(' '), readings: phrases.length ? own : [...own, ...others], ...(large ? { capitals: true } : {}) });
  }
  const telling = clauses.filter(({ typed: word }) => !saysNothing(word) && !saysNothing(noun(word)));
  if (telling.length) clauses.splice(0, clauses.length, ...telling);
  // Alone, the form that was typed goes first.
  if (clauses.length === 1) for (const reading of clauses[0].readings) if (reading.one) reading.weight = 0.15;
  return { clauses, phrases, without, ...rowOf(split(text)) };
}
