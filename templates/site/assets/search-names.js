// Koreans' names in Hangul as papers write them: 황성주 is Sung Ju Hwang. No DOM.
const { partsOf } = await import(`./search-layout.js${new URL(import.meta.url).search}`);

// How people write their names; there is a standard, https://korean.go.kr/kornorms/regltn/regltnView.do?regltn_code=0004, that few keep to.
const LEADS = 'g|k kk|k|g n d|t tt|d|t r|l|n|y| m b|p bb|b|p s|sh ss|s |y j|ch|z jj|j ch k t p h'.split(' ');
const VOWELS = ['ah?', 'ae|ai|a|e', 'ya|yah', 'yae', 'eo|u|o|uh|e', 'e|ay|ae', 'yeo|you|yu|yo|yuh|ye|eo', 'ye|yea', 'oh?|oo', 'wa|hwa', 'wae', 'oe|oi|we',
  'yo|yoo', 'oo|u|woo|wu|ou', 'wo|weo|won?', 'we', 'wi|ui|wee', 'yu|yoo|you|u', 'eu|u|oo|e', 'eui|ui|ee|i|e|hee', 'i|ee|yi|y|ie|ih'];
const TAILS = ['', 'k|g|c|ck', 'k|kk', 'k', 'n|nn', 'n', 'n', 't|d', 'l|ll|r|el', 'k', 'm', 'l', 'l', 'l', 'p', 'l', 'm|mm', 'p|b', 'p', 't|s', 't', 'ng|n|nge', 't', 't', 'k', 't', 'p', 't'];
// Families that write themselves in a way of their own.
const FAMILIES = {
  이: 'lee|yi|rhee|li|i|ri', 박: 'park|bak|pak', 최: 'choi|choe|chey', 정: 'jung|jeong|chung|joung|jeung|cheong', 강: 'kang|gang', 조: 'cho|jo|joe', 윤: 'yoon|yun|youn',
  임: 'lim|im|rim|yim', 오: 'oh|o', 서: 'seo|suh|so', 신: 'shin|sin', 안: 'ahn|an', 유: 'yoo|yu|you|ryu', 류: 'ryu|yoo|you|lyu', 노: 'noh|roh|no|rho', 우: 'woo|wu|u', 백: 'baek|paik|back|baik|paek',
  허: 'heo|hur|huh|her', 남: 'nam', 심: 'shim|sim', 여: 'yeo|yeu|yo', 주: 'joo|ju|chu|choo', 구: 'koo|ku|gu|goo', 성: 'sung|seong', 곽: 'kwak|gwak', 선우: 'sunwoo|seonwoo', 남궁: 'namgung|namkoong|namkung',
  황보: 'hwangbo', 제갈: 'jegal', 독고: 'dokgo', 사공: 'sagong', 문: 'moon|mun', 예: 'ye|yea|yeh', 연: 'yeon|youn|yun', 위: 'wi|wie', 현: 'hyun|hyeon', 변: 'byun|byeon|pyun', 금: 'keum|geum|kum', 은: 'eun',
};
// Families that are written as they sound.
const OTHERS = '김장한권황송홍전고손양배하차나민진지엄채원천방공함염추도소석선설마길표명기반왕옥육인맹제모탁국편용경봉태형';
// The first letters of given names are looked up, so that few keys are gone through.
const MOST = 4;

const capital = (name) => name[0].toUpperCase() + name.slice(1);

const syllable = (letter) => {
  const [lead, vowel, tail] = partsOf(letter);
  return `(?:${LEADS[lead]})(?:${VOWELS[vowel]})(?:${TAILS[tail]})`;
};

/** The families that a word may begin with, each with how it is written. @param {string} word @returns {[number, string[]][]} letters, ways */
function families(word) {
  const found = [];
  for (const length of [2, 1]) {
    const name = word.slice(0, length);
    const given = word.length - length;
    const ways = FAMILIES[name]?.split('|') ?? (length < 2 && OTHERS.includes(name) ? spelled(name) : []);
    if (given && given < 3 && ways.length) found.push([length, ways]);
  }
  return found;
}

/** All ways in which a syllable may be written. @param {string} letter @returns {string[]} */
function spelled(letter) {
  const [lead, vowel, tail] = partsOf(letter);
  const ways = (list, most) => list.replaceAll('h?', '').split('|').slice(0, most);
  return ways(LEADS[lead]).flatMap((begin) => ways(VOWELS[vowel], 3).flatMap((middle) => ways(TAILS[tail], 2).map((end) => begin + middle + end)));
}

/** The people whose name sounds as a word of Hangul: the last and the first name in one word, and how to show it.
 * @param {import('./search-core.js').Index} index @param {string} word
 * @returns {Promise<[string, string][]>} */
export async function people(index, word) {
  if (word.length < 3 || word.length > 4 || ![...word].every(partsOf)) return [];
  const found = new Map();
  await Promise.all(families(word).flatMap(([length, ways]) => {
    const given = [...word.slice(length)];
    const whole = new RegExp(`^(${ways.join('|')})${given.map(syllable).join('')}$`);
    const [lead, vowel] = partsOf(given[0]);
    const begins = lead === 11 ? VOWELS[vowel].split('|') : LEADS[lead].split('|').filter(Boolean);
    const starts = new Set(ways.flatMap((way) => begins.map((begin) => way + begin[0])));
    return [...starts].map((start) => index.keys(start, `${start}\uffff`, (key, coded) => {
      const last = whole.exec(key)?.[1] ?? '';
      // 남궁민 is Min Namgung and not Gungmin Nam.
      if (last.length > (found.get(key)?.[0].length ?? 0)) found.set(key, [last, coded.length]);
    }, MOST));
  }));
  return [...found].sort(([, [, one]], [, [, other]]) => other - one).slice(0, 3)
    .map(([key, [last]]) => [key, `${capital(key.slice(last.length))} ${capital(last)}`]);
}
