// What of a query is no word to look up: words that say nothing of a paper. Days are in search-days.js. No DOM.

const NOTHING = new RegExp(`^(?:${[
  '논문들?|페이퍼|동향|소식|최신|최근|요즘|가장|제일|좀|혹시|그|것|거|등|및|중|중에|또는|그리고',
  '무엇|무슨|어떤|어떻게|어디|누가|누구|왜|뭔|뭔가|뭘|뭐(?:가|야|지|였지|였더라|더라)?|교수님?|박사님?',
  '관련(?:된|한)?|관한|관해서?|대한|대해서?|위한|위해|통한|통해|다룬|다루는|나온|나왔던|발표[된한]|있(?:는|던|었던)',
  '(?:찾아|찾는|알려|보여|말해|소개해|추천해|설명해|정리해|궁금).*|.*(?:주세요|줄래|나요|까요|습니까|었지|었나)',
  '(?:있|없|였|이었)(?:어|나|지|음|었어|는지|을까)요?',
  'papers?|articles?|latest|newest|recent|about|please|find|show|tell|give|looking|that|this|there|any|some|the|an?',
  'what|which|who|when|where|why|how|of|on|in|for|to|by|with|from|and|or|is|are|was|were|do|does|did|have|has',
  'i|me|my|we|you',
].join('|')})$`);
const LITTLE = new Set('코드 공개 공개된 공개한 연구 방법 기법 모델 시스템 성능 문제 좋은 새로운 새 효율적인 code work works new better method methods model models'.split(' '));

/** Whether a word says nothing of a paper: 논문, latest. @param {string} word */
export const saysNothing = (word) => NOTHING.test(word);

/** Whether a word says little of a paper beside others: 코드, 2025년. @param {string} word */
export const saysLittle = (word) => LITTLE.has(word) || /^(?:19|20)\d\d년?$/.test(word);
