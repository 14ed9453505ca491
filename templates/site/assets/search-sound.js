// What a word of Hangul sounds like among the words of titles: 헬리오스 is Helios. The rows of consonants by which words
// are looked up are told in digest/site/search/sound.py. No DOM.
const { partsOf, syllableOf } = await import(`./search-layout.js${new URL(import.meta.url).search}`);

const LEADS = 'KKNTTLMPPSS SSSKTPH';
const TAILS = ' KKKNNNTLLLLLLLLMPPTTNTTKTP ';
// Shorter words sound like others by chance: they are read beside words that say more.
const [FEWEST, FEWEST_BESIDE] = [3, 2];
const SILENT = 11;
const [YU, EU, I] = [17, 18, 20];

// How the alphabet writes what Hangul does, by leads, kinds of tails, and vowels from ㅏ to ㅣ. Loanwords have ㅋ where c and
// k stand, ㄱ for g, and no ㄲ, ㄸ, ㅃ and ㅉ.
const S = 'ss?|sc|sch|cc?|ch|sh|th|ts|t(?=i)|x|zz?';
const WRITTEN = [
  'gg?|gh', '', 'nn?|kn|gn', 'dd?|th', '', 'll?|rr?|wr|rh', 'mm?|mb', 'bb?|v', '', S, S, 'wh?|y|', 'j|zz?|g|dg|d(?=u)|ss?|th', '',
  't?ch|c|t(?=u)|ts|tz', 'c?k|cc?|kk|ch|qu?|x', 'tt?|th|d(?![aeiouy])', 'pp?|ff?|ph', 'h',
];
const CODAS = { K: 'c?k|cc?|gg?|ch|q', N: 'nn?|gn', L: 'll?', M: 'mm?|mb', P: 'pp?|bb?|ff?|ph|v', T: 'tt?|dd?|ss?|th' };
const NG = 21;
const VOWELS = [
  'aa?|o|u|ah', 'a|ae', 'ya|ia|a', 'ya|ye', 'e|o|u|a|i|ea|ou|io', 'e|a|ea|ai', 'ye|yo|iou?|ia|ie|ea|e|o', 'ye|e',
  'oa?|au|aw|al|ou|oo|ow', 'wa|ua|oi|o', 'wa|we|ua', 'oe|o', 'yo|io|o', 'u|oo|ou|ew|ue|ui|o|w', 'wo|wa|ua|ue|uo|o',
  'we|ue|whe|ua|a', 'wi|ui|we|wee', 'u|ew|eu|iew|you|ue|eau|yu', 'e|o|a|i|', 'ui|i', 'i|y|ee?|ea|ie|ey|ei|ii|a',
];
const GLIDES = {
  아이: 'igh|i|yi?|ai|ie|ei|ye', 에이: 'a|ai|ayi?|ei|ey|ea', 오우: 'oa?|ow|ou', 아우: 'ou|ow|au', 와이: 'wi|why|whi|ui', 웨이: 'wa|way|wai|wei|ua|ue',
  우어: 'u[aei]?|ou|oo', 유어: 'u[ae]?|eu|ew', 이어: 'ea|ee|e|i[aeou]?', 에어: 'ai?|ea?', 예어: 'ai?|ea?', 웨어: 'wa|wea|ua',
};

/** The consonants of a word, of which alike ones in a row are one; `over` also with ㅡ between. @param {number[][]} parts */
function sound(parts, over) {
  const row = parts.map(([lead, vowel, tail]) => `${LEADS[lead].trim()}${vowel === EU && over ? '' : ' '}${TAILS[tail].trim()}`).join('');
  return row.replaceAll('TS', 'S').replace(/([A-Z])\1+/g, '$1').replaceAll(' ', '');
}

const coda = (tail) => `${CODAS[TAILS[tail]]}${tail === NG ? '|ng' : ''}`;

/** What is written from the vowel of one syllable to that of the next. @param {number} tail 0 for none @param {number} lead */
function between(tail, lead) {
  if (!tail) return WRITTEN[lead];
  // One letter may end a syllable and begin the next: ㄹㄹ is l, ㄱㅅ is x.
  const shared = TAILS[tail] === LEADS[lead] ? `|${WRITTEN[lead]}` : TAILS[tail] === 'K' && LEADS[lead] === 'S' ? '|x|cc' : '';
  return `(?:${coda(tail)})e?(?:${WRITTEN[lead]})${shared}`;
}

/** A syllable without what ends it, with another lead if one is given. @param {string} letter */
function open(letter, lead) {
  const [own, vowel] = partsOf(letter);
  return syllableOf(lead ?? own, vowel, 0);
}

/** How a word may be written in Latin letters. @param {string} word */
function spelling(word) {
  let [pattern, tail] = ['', 0];
  for (let at = 0; at < word.length; at++) {
    const [lead, vowel, own] = partsOf(word[at]);
    const glide = own || at + 1 === word.length ? undefined : GLIDES[open(word[at], SILENT) + open(word[at + 1])];
    // 치, 지, 시 and 슈 are ch, ge, sh and sch where no vowel is heard: match, page, push, Schmidt.
    const mute = (vowel === I || vowel === YU) && !own && LEADS[lead] === 'S' ? `|${tail ? `(?:${coda(tail)})` : ''}(?:t?ch|d?g|s?ch|sh)` : '';
    pattern += `(?:(?:${between(tail, lead)})(?:${glide ?? VOWELS[vowel]})(?:re?|h|w)?${mute})`;
    if (glide) at++;
    tail = partsOf(word[at])[2];
  }
  return new RegExp(`^${pattern}${tail ? `(?:${coda(tail)})` : ''}e?s?$`);
}

/** The words of titles that sound like one of Hangul, those that most have first.
 * @param {import('./search-core.js').Index} index @param {string} word @param {boolean} beside whether it has to stand beside other words */
export async function sounding(index, word, beside) {
  const parts = [...word].map(partsOf);
  const fewest = beside ? FEWEST_BESIDE : FEWEST;
  if (parts.length < fewest || !parts.every(Boolean)) return [];
  const rows = [false, true].map((over) => sound(parts, over)).filter((row) => row.length >= fewest).flatMap((row) => [row, `${row}S`, row.replace(/T$/, 'S')]);
  const written = spelling(word);
  const found = new Map();
  await Promise.all([...new Set(rows)].map((row) => index.keys(`$${row}/`, `$${row}0`, (key, coded) => {
    const other = key.slice(row.length + 2);
    if (written.test(other)) found.set(other, Math.max(found.get(other) ?? 0, coded.length));
  }, 4)));
  return [...found].sort(([, a], [, b]) => b - a).map(([other]) => other).slice(0, 3);
}
