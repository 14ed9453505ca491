// What was typed while the keyboard was set to the other alphabet. No DOM.

// The letters of Korea's usual keyboard, by the Latin ones on the same keys.
export const LEADS = 'r R s e E f a q Q t T d w W c z x v g'.split(' ');
export const VOWELS = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const TAILS = ' r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ');
// U+3131 to U+3163: the letters alone.
const ALONE = 'r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w W c z x v g k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const SYLLABLE = new RegExp(`(${LEADS.join('|')})(${[...VOWELS].sort((a, b) => b.length - a.length).join('|')})((?:${
  TAILS.slice(1).sort((a, b) => b.length - a.length).join('|')})(?![koiOjpuPhynbml]))?`, 'y');

/** Lead, vowel and tail of a syllable, as numbers; undefined where a letter is none. @param {string} letter */
export function partsOf(letter) {
  const code = letter.charCodeAt(0) - 0xac00;
  return code >= 0 && code < 11172 ? [Math.floor(code / 588), Math.floor(code % 588 / 28), code % 28] : undefined;
}

/** @param {number} lead @param {number} vowel @param {number} tail */
export const syllableOf = (lead, vowel, tail) => String.fromCharCode(0xac00 + lead * 588 + vowel * 28 + tail);

/** The keys that were struck for a text of Hangul. @param {string} text */
const struck = (text) => [...text].map((letter) => {
  const parts = partsOf(letter);
  if (parts) return LEADS[parts[0]] + VOWELS[parts[1]] + TAILS[parts[2]];
  return ALONE[letter.charCodeAt(0) - 0x3131] ?? letter;
}).join('');

/** The Hangul of some keys; undefined where they make no whole syllables. @param {string} typed */
function composed(typed) {
  const keys = typed.replace(/[^koiOjpuPhynbmlrRseEfaqQtTdwWczxvg]/g, (key) => key.toLowerCase());
  let text = '';
  for (let at = 0; at < keys.length;) {
    SYLLABLE.lastIndex = at;
    const found = SYLLABLE.exec(keys);
    if (!found) return undefined;
    text += syllableOf(LEADS.indexOf(found[1]), VOWELS.indexOf(found[2]), TAILS.indexOf(found[3] ?? ''));
    at = SYLLABLE.lastIndex;
  }
  return text;
}

/** A text as it were with the keyboard set to the other alphabet: dpdlwjsxm is 에이전트, ㄲㅁㅎ is RAG. Undefined where no
 * word of it is one then. @param {string} text */
export function otherLayout(text) {
  const words = text.normalize('NFC').trim().split(/\s+/);
  const others = words.map((word) => {
    const other = /^[a-z]+$/i.test(word) ? composed(word) : /^[\u3131-\u3163\uac00-\ud7a3]+$/.test(word) ? struck(word) : undefined;
    return other && /^(?:[a-z]{3,}|[\uac00-\ud7a3]{2,})$/i.test(other) ? other : word;
  });
  return others.some((other, i) => other !== words[i]) ? others.join(' ') : undefined;
}
