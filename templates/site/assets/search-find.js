// A query → the papers that answer it, in order, and what was done to find them. No DOM.
const version = new URL(import.meta.url).search;
const [{ ABSTRACT, ENOUGH, PEOPLE, both, either, isInitials, size }, { apart, begins, besideId, forms, idIn, idsIn, isDense, joinedOf, parse, quotesOf, withoutEnding }, { halfTyped, inParts, inPieces, nearest }, { otherLayout }, { compared, saysLittle, saysNothing }] = await Promise.all(
  ['core', 'query', 'near', 'layout', 'asked'].map((name) => import(`./search-${name}.js${version}`)));

/** @typedef {{numbers: number[], needles: string[], phrases: string[], read: [string, string][], dropped: string[], also: string[], alone?: [string, number], undated?: boolean}} Answer
 * numbers best first; what to mark; words read as others; words left out; synonyms; the one word that something holds, how many;
 * whether only days were asked for, that have no papers */

// Few queries need these.
const people = async (index, word) => (await import(`./search-names.js${version}`)).people(index, word);
const sounding = async (index, word, beside) => (await import(`./search-sound.js${version}`)).sounding(index, word, beside);
const dates = async (text) => (DATED.test(text) && !idIn(text) ? import(`./search-days.js${version}`) : undefined);
const DATED = /\d|[년월주달해]|오늘|금일|작일|어제|전날|그제|며칠|하루|이틀|사흘|나흘|닷새|day|week|month|year|(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

const wordsOf = ({ readings }) => readings.flatMap(({ words }) => words);
const synonyms = ({ typed, readings }) => readings.map(({ shown }) => shown).filter((shown) => shown && shown !== typed);

/** What one clause holds; where nothing does, what its nearest readings hold, as guesses of which one is taken. */
async function resolve(index, clause, guessing, beside) {
  let held = await index.clause(clause);
  let found = size(held);
  const single = clause.readings[0].words.length === 1 ? clause.readings[0].words[0] : '';
  const { terms } = await index.top();
  const needles = wordsOf(clause);
  const also = synonyms(clause);
  if (single && found < ENOUGH) {
    const parted = await inParts(index, single);
    if (parted && size(parted)) { held = either([held, parted]); found = size(held); }
  }
  if (found || !single || !guessing) return { held, found, needles, also };
  const reading = async ({ clauses, shown }) => {
    const set = either(await Promise.all(clauses.map((other) => index.clause(other))));
    const needles = [...clauses.flatMap(wordsOf), ...forms(shown ?? '')];
    return { held: set, found: size(set), needles, read: [clause.typed, shown ?? clauses[0].typed], also: clauses.flatMap(synonyms) };
  };
  const bare = withoutEnding(clause.typed);
  if (bare) return resolve(index, parse(bare, terms).clauses[0], guessing, beside);
  const begun = begins(clause.typed, false);
  if (begun.length) {
    held = either(await Promise.all(begun.map((begin) => index.word(begin))));
    found = size(held);
    if (found) return { held, found, needles: begun, also, guessed: true };
  }
  // 심존도 is 심전도, though 도 may be a particle.
  const whole = isDense(single) && !clause.typed.includes(' ') && clause.typed !== single ? [clause.typed] : [];
  // UNC is no beginning of uncertainty, nor is UNIST units.
  for (const [guess, word] of clause.capitals ? [] : [halfTyped, people, nearest, sounding].flatMap((guess) => [...whole, single].map((word) => [guess, word]))) {
    const guessed = (await guess(index, word, ...(guess === sounding ? [beside] : []))).map((one) => [one].flat())
      .map(([other, shown]) => ({ clauses: parse(other, terms).clauses, shown })).filter(({ clauses }) => clauses.length);
    // What is still being typed may become any of them.
    const guesses = guess === halfTyped && guessed.length ? [{ clauses: guessed.flatMap(({ clauses }) => clauses) }] : guessed;
    const [first, ...rest] = (await Promise.all(guesses.map(reading))).filter((one) => one.found);
    if (first) return { ...first, rest, unsure: guess === sounding && word.length < 3, guessed: guess !== people };
  }
  const pieces = await inPieces(index, single);
  if (pieces) return { held: pieces.held, found: size(pieces.held), needles: pieces.words, read: [clause.typed, pieces.words.join(' ')], also, guessed: true };
  return { held, found: 0, needles, also };
}

/** Of each mistyped word take the reading that stands beside the other words, if one does; else the first, but no unsure one. */
function likely(parts) {
  return parts.map((part, at) => {
    if (!part.rest?.length && !part.unsure) return part;
    const others = parts.filter((other, i) => i !== at && other.found).map(({ held }) => held);
    const beside = [part, ...part.rest].find(({ held }) => size(both([held, ...others])));
    return { ...(beside ?? part), typed: part.typed, guessed: part.guessed, ...(part.unsure && !(beside && others.length) ? { found: 0, read: undefined, guessed: false } : {}) };
  });
}

/** Add to words of an alphabet what holds two or three of them in a row as one: mistral ai, le world model. What holds
 * all of them, `row`, is looked up before. */
async function inOne(index, parts, row, rowed) {
  const latin = parts.map(({ typed }) => !isDense(typed) && !isInitials(typed));
  const runs = parts.flatMap((_, at) => [2, 3].filter((length) => at + length <= parts.length && latin.slice(at, at + length).every(Boolean))
    .map((length) => ({ at, length, word: joinedOf(parts.slice(at, at + length).flatMap(({ typed }) => typed.split(' '))) })));
  const sets = await Promise.all(runs.map(({ word }) => (word === row && rowed ? rowed : index.word(word))));
  return parts.map((part, i) => {
    const over = runs.map((run, n) => ({ ...run, set: sets[n] })).filter(({ at, length, set }) => at <= i && i < at + length && size(set));
    if (!over.length) return part;
    const held = either([part.held, ...over.map(({ set }) => set)]);
    return { ...part, held, found: size(held), needles: [...part.needles, ...over.map(({ word }) => word)] };
  });
}

const rarityOf = ({ held, found }) => Math.log(1 + held.length / Math.max(1, found)) + 0.5;
/** How much a word says of what is looked for: one letter of Hangul is held by chance, in longer words; what was guessed, and
 * a verb before its noun (읽는 모델) say less. */
const telling = (part) => Math.sqrt(rarityOf(part)) * (part.typed.length < 2 || part.guessed ? 0.3 : saysLittle(part.typed) ? 0.2 : /[가-힣][는된한할]$/.test(part.typed) ? 0.6 : 1);

/** What it says of a paper that it holds a word there: less in its abstract, and least where only its fields mention it, if it
 * is no figure, 97%. */
const placed = ({ typed }, value) => (value && /\d\D*$/.test(typed) ? 1 : value > ABSTRACT ? 1 : value > 1 ? 0.75 : value && 0.5);

/** The words that stand together in one paper and say the most: the more, the rarer and the better placed; the root, so that
 * two that are not rare say more than a rare one that says nothing: 온폴리시 증류 논문. */
function together(parts, kept) {
  let [most, best] = [0, 0];
  const rarity = parts.map(telling);
  for (let i = parts[0].held.length - 1; i >= 0; i--) {
    if (kept && !kept[i]) continue;
    let said = 0;
    for (let part = 0; part < parts.length; part++) said += rarity[part] * placed(parts[part], parts[part].held[i]);
    if (said > most) [most, best] = [said, i];
  }
  return most ? parts.filter(({ held }) => held[best]) : parts;
}

const latinOf = ({ typed }) => (/^[a-z]+$/.test(typed) ? typed : '');
const peopleOf = ({ held }) => held.map((value) => (value === PEOPLE ? value : 0));

/** Where no paper holds all words: one of them in another form, internalizing; else, where all are names, one of them mistyped. */
async function fitting(index, parts, kept) {
  const fits = (set, others) => size(both([set, ...others, ...(kept ? [kept] : [])]));
  for (const [i, part] of parts.entries()) {
    const begun = begins(part.typed, true);
    const set = begun.length ? either(await Promise.all(begun.map((begin) => index.word(begin)))) : null;
    if (set && fits(set, parts.filter((other) => other !== part).map(({ held }) => held))) {
      return parts.with(i, { ...part, held: either([part.held, set]), found: size(set), needles: [...part.needles, ...begun] });
    }
  }
  if (parts.length > 3 || !parts.every(latinOf)) return null;
  for (const [i, part] of parts.entries()) {
    const others = parts.filter((other) => other !== part).map(peopleOf);
    for (const name of others.every(size) ? await nearest(index, part.typed, true) : []) {
      const set = peopleOf({ held: await index.word(name) });
      if (fits(set, others)) return parts.with(i, { ...part, held: set, found: size(set), needles: [name], read: [part.typed, name] });
    }
  }
  return null;
}

/** What holds the one word that is left of several: papers that are about it, not those that mention it or hold a longer one. */
async function about(index, part) {
  const whole = either(await Promise.all(part.needles.flatMap((word) => (isDense(word) ? index.word(word) : [index.set(word), index.set(`${word}s`)]))));
  return { ...part, held: part.held.map((value, i) => (whole[i] > ABSTRACT && part.typed.length > 1 ? value : 0)) };
}

/** Put papers in order: what they hold counts the more, the fewer hold it; what counts alike, newest first. */
function ranked(parts, row, kept, newest, person) {
  const count = parts[0].held.length;
  const rarity = parts.map(rarityOf);
  const scores = new Float32Array(count);
  const named = row?.includes(PEOPLE);
  for (let i = 0; i < count; i++) {
    let score = 0;
    for (let part = 0; part < parts.length; part++) {
      const value = parts[part].held[i];
      if (!value) { score = 0; break; }
      score += value * rarity[part];
    }
    if (row?.[i]) score += row[i] * 10 + (person?.[i] ? 20 : 0);
    // Where the words are one person's name, the first name of one and the last of another are not.
    else if (named && parts.every(({ held }) => held[i] === PEOPLE)) score = 0;
    scores[i] = kept && !kept[i] ? 0 : score;
  }
  const numbers = [];
  for (let i = count - 1; i >= 0; i--) if (scores[i]) numbers.push(i);
  return newest ? numbers : numbers.sort((a, b) => scores[b] - scores[a] || b - a);
}

/** Leave out of what is kept, null for all, the papers that hold one of `without`. */
async function leaving(index, without, kept) {
  const { terms, count } = await index.top();
  for (const { clauses } of without.map((words) => parse(words, terms))) {
    if (!clauses.length) continue;
    kept ??= new Uint8Array(count).fill(1);
    const own = both(await Promise.all(clauses.map(({ readings }) => index.clause({ readings: readings.filter(({ shown }) => !shown) }))));
    const held = size(own) ? own : both((await Promise.all(clauses.map((clause) => resolve(index, clause, true, false)))).map((part) => part.held));
    for (let i = 0; i < count; i++) if (held[i]) kept[i] = 0;
  }
  return kept;
}

const clean = ({ numbers, read, dropped }) => numbers.length && !read.length && !dropped.length;

/** What answers a text that names days; undefined where its words may mean no days and are found as words. */
async function inDays(index, text, { on, named, rest, soft }, filter, isListing) {
  const alone = forms(rest).every((word) => saysNothing(word) || saysLittle(word) || isListing(word));
  const ofDays = await asTyped(index, alone ? '' : rest, { ...filter, on });
  if (alone && ofDays.numbers.length) return ofDays;
  const words = soft ? await asTyped(index, text, filter) : undefined;
  // AIME 2025 is first of all what it says.
  if (words && clean(words)) return alone || !clean(ofDays) ? words : { ...words, numbers: [...new Set([...words.numbers, ...ofDays.numbers])] };
  if (alone) return { ...ofDays, undated: true };
  if (ofDays.numbers.length && !ofDays.dropped.length) return ofDays;
  const anyDay = await find(index, rest, filter);
  if (anyDay.numbers.length && !anyDay.dropped.length) return { ...anyDay, dropped: [named] };
  if (soft) return undefined;
  return ofDays.numbers.length || !anyDay.numbers.length ? ofDays : { ...anyDay, dropped: [named, ...anyDay.dropped] };
}

/** @param {import('./search-core.js').Index} index @param {string} text @param {import('./search-core.js').Filter} filter
 * @returns {Promise<Answer>} */
export async function find(index, query, filter = {}) {
  const text = apart(query).trim() || query;
  const ids = idsIn(text);
  if (ids.length) return beside(await Promise.all(ids.map((id) => asTyped(index, id, filter))), ids);
  const dated = await dates(text);
  const days = dated?.daysIn(text, filter.today);
  const ofDays = days && await inDays(index, text, days, filter, dated.isListing);
  if (ofDays) return ofDays;
  let answer = await asTyped(index, text, filter);
  const id = !answer.numbers.length && idIn(text);
  // A paper that is not here, with its title: others may be about the same.
  if (id && forms(besideId(text)).length > 1) {
    answer = await asTyped(index, besideId(text), filter);
    answer.dropped.unshift(id);
  }
  // Of a citation what it quotes: its authors are written in another way, or are not all here.
  const { quoted, others } = quotesOf(text);
  if (!answer.numbers.length && quoted && others.length) {
    const cited = await asTyped(index, quoted, filter);
    if (cited.numbers.length) return { ...cited, dropped: others };
  }
  // What is compared may be in no paper together: those of both, in turns.
  const sides = clean(answer) ? [] : await Promise.all((compared(text) ?? []).map((side) => asTyped(index, side, filter)));
  if (sides.length && sides.every(({ numbers }) => numbers.length)) return inTurns(sides);
  // Half a syllable is no Latin letter, if the other half is known.
  const other = clean(answer) || (answer.numbers.length && isDense(text)) ? undefined : otherLayout(text);
  const second = other && await asTyped(index, other, filter, false);
  if (second && clean(second)) return { ...second, read: [[text, other]] };
  // Vowels alone are no word, nor is what stands between them.
  return /[\u314f-\u3163]/.test(text) ? { ...answer, numbers: [] } : answer;
}

/** The answers to several ids as one; those that are not here are named. @param {Answer[]} answers @param {string[]} ids */
const beside = (answers, ids) => ({ ...inTurns(answers), dropped: ids.filter((_, i) => !answers[i].numbers.length) });

/** Several answers as one, their papers in turns. @param {Answer[]} answers */
function inTurns(answers) {
  const of = (part) => [...new Set(answers.flatMap(part))];
  const longest = Math.max(...answers.map(({ numbers }) => numbers.length));
  const numbers = Array.from({ length: longest }, (_, at) => answers.map((answer) => answer.numbers[at])).flat().filter((number) => number !== undefined);
  return {
    numbers: [...new Set(numbers)], needles: of(({ needles }) => needles), phrases: of(({ phrases }) => phrases),
    read: of(({ read }) => read), dropped: of(({ dropped }) => dropped), also: of(({ also }) => also),
  };
}

/** The answer to a text; where `guessing`, words that nobody holds are read as their nearest. */
async function asTyped(index, text, filter, guessing = true) {
  const { terms, count } = await index.top();
  const { clauses, phrases, without, row, whole, initials } = parse(text, terms);
  const kept = await leaving(index, without, await index.filtered(filter));
  const none = { numbers: [], needles: [], phrases, read: [], dropped: [], also: [] };
  if (!clauses.length) {
    if (!kept || (text.trim() && !without.length)) return none;
    return { ...none, numbers: [...Array(count).keys()].reverse().filter((i) => kept[i]) };
  }
  const inRow = row && !phrases.length ? [index.word(row), ...(initials ? [index.set(`@${initials}`)] : [])] : [];
  const resolved = async (clause) => {
    const part = { ...await resolve(index, clause, guessing, clauses.length > 1), typed: clause.typed };
    const words = clause.typed.split(' ');
    // Where nothing holds a term, its words may be held apart: 구글 딥마인드.
    return part.found || words.length < 2 ? part : Promise.all(words.flatMap((word) => parse(word, terms).clauses).map(resolved));
  };
  const [rows, ...parts] = await Promise.all([Promise.all(inRow), ...clauses.map(resolved)]);
  const rowed = rows.length ? either(rows) : null;
  // Bo Zhou, not Bozhou Li.
  const person = rowed?.includes(PEOPLE) ? both([rowed, await index.set(`@${whole}`)]) : null;
  let held = likely(parts.flat());
  if (!phrases.length && held.length < 6 && size(both(held.map((part) => part.held))) < ENOUGH) held = await inOne(index, held, row, rowed);
  const fitted = size(both(held.map((part) => part.held))) || size(rowed ?? []) || phrases.length || held.length < 2 ? null : await fitting(index, held, kept);
  if (fitted) held = fitted;
  const dropped = [];
  const drop = (part) => { dropped.push(part.typed); held = held.filter((other) => other !== part); };
  for (const part of held) if (!part.found) { if (size(rowed ?? [])) break; drop(part); }
  const alone = dropped.length && held.length === 1 && !held[0].read ? held[0] : undefined;
  if (dropped.length && held.length === 1) held = [await about(index, held[0])];
  // A guess beside words that nobody holds is one too many.
  if (!held.length || (dropped.length && held.every(({ guessed }) => guessed))) return { ...none, dropped };
  let numbers = ranked(held, rowed, kept, filter.sort === 'new', person);
  if (!numbers.length && held.length > 1 && !phrases.length) {
    const rest = together(held, kept);
    for (const part of held) if (!rest.includes(part)) dropped.push(part.typed);
    held = rest;
    if (held.every(({ guessed }) => guessed)) return { ...none, dropped };
    numbers = ranked(held, null, kept, filter.sort === 'new');
  }
  if (alone && !numbers.length) {
    const n = size(kept ? both([alone.held, kept]) : alone.held);
    return { ...none, dropped, ...(n && alone.typed.length > 1 ? { alone: [alone.typed, n] } : {}) };
  }
  return {
    numbers, phrases, dropped,
    needles: [...new Set(held.flatMap((part) => part.needles))],
    read: held.flatMap(({ read }) => (read ? [read] : [])),
    also: [...new Map(held.flatMap(({ also }) => also).map((shown) => [joinedOf(forms(shown)), shown])).values()],
  };
}
