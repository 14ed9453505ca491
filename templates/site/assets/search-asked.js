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
const LITTLE = new Set(`코드 깃허브 공개 공개된 공개한 연구 방법 방법론 기법 기술 기반 모델 시스템 알고리즘 성능 문제 해결 개선 향상 분석 비교 차이 종류 원리 개념 개요 소개 이해 정리 목록 리스트
  구현 예제 예시 활용 응용 이용 이용한 활용한 사용 사용한 적용 분야 사례 현황 트렌드 서베이 튜토리얼 한국어 영어 입문 설명 장점 단점 한계 한계점 좋은 새로운 새 효율적인 잘 더 법 수 하는 되는 평가 지표 평가지표
  code github work works new better best method methods model models survey tutorial explained explanation overview list review introduction guide example examples vs versus`.split(/\s+/));

/** Whether a word says nothing of a paper: 논문, latest. @param {string} word */
export const saysNothing = (word) => NOTHING.test(word);

/** Whether a word says little of a paper beside others: 코드, 2025년. @param {string} word */
export const saysLittle = (word) => LITTLE.has(word) || /^(?:19|20)\d\d년?$/.test(word);

const VERSUS = /^(.+?)\s+(?:vs\.?|versus|대)\s+(.+)$/iu;
const COMPARED = /^(.+?)(?:이랑|랑|하고|와|과|,| and)\s+(.+?)(?:의|을|를)?\s*(?:비교|차이|차이점)(?:하는|한)?(?:\s*논문)?$/iu;

/** The two things that a text compares: ColPali vs BM25, RAG와 파인튜닝 비교. @param {string} text @returns {string[] | undefined} */
export const compared = (text) => (VERSUS.exec(text) ?? COMPARED.exec(text))?.slice(1);
