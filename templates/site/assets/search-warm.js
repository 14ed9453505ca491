// A made-up query, answered before somebody's first one: what runs for the first time runs slowly. No network, no DOM.
const version = new URL(import.meta.url).search;
const [{ Index }, { find }] = await Promise.all(['core', 'find'].map((name) => import(`./search-${name}.js${version}`)));

/** Let the browser compile what answers a query, on as many papers as there are.
 * @param {import('./search-core.js').Index} index
 * @returns {Promise<{card: import('./search-core.js').Card, needles: string[]}>} what might be shown then */
export async function rehearse(index) {
  const top = await index.top();
  const blocks = Array.from({ length: Math.ceil(top.count / top.block) }, (_, at) => `${at ? String.fromCharCode(0x400 + at) : ''}\u0001!!\u0005!!`);
  const page = ['agent', 'model', 'modelagent', '모델', '에이전트'].map((key) => `0${key}\t${blocks.join('')}`).join('\n');
  const made = new Index(async (path) => (path.endsWith('.json') ? '[""]' : page));
  made.kept.set('top.json', Promise.resolve({ ...top, spans: [{ folder: 'made', start: 0, size: top.block }] }));
  await find(made, '모델의 에이전트');
  const { needles } = await find(made, 'model agent');
  return { needles, card: { url: '', title: 'Models of agents', tldr: '에이전트 모델', day: '2020-01-01', topics: [], signs: [] } };
}
