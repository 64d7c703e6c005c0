// prints LINE WORD SCOPES for each line of $EXPECT; needs vscode-textmate, vscode-oniguruma; better with tm-grammars
const fs = require('fs'), path = require('path');
const vsctm = require('vscode-textmate'), oniguruma = require('vscode-oniguruma');
const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer;
const grammars = {
  'source.gc': path.join(process.env.EDITORS, 'vscode/syntaxes/gc.tmLanguage.json'),
};
try {
  grammars['source.c'] = require.resolve('tm-grammars/grammars/c.json'); // the editor's own
} catch { /* then what ours leaves to it */ }
const c = {
  name: 'C', scopeName: 'source.c', patterns: [
    { begin: '//', end: '$', name: 'comment.line.c' }, { begin: '/\\*', end: '\\*/', name: 'comment.block.c' },
    { begin: '"', end: '"', name: 'string.quoted.double.c', patterns: [{ match: '\\\\.' }] },
  ],
};
oniguruma.loadWASM(wasm).then(async () => {
  const registry = new vsctm.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: p => new oniguruma.OnigScanner(p), createOnigString: s => new oniguruma.OnigString(s),
    }),
    loadGrammar: async scope => grammars[scope]
      ? vsctm.parseRawGrammar(fs.readFileSync(grammars[scope], 'utf8'), grammars[scope]) : c,
  });
  const grammar = await registry.loadGrammar('source.gc');
  let stack = vsctm.INITIAL;
  const lines = fs.readFileSync(process.env.SAMPLE, 'utf8').split('\n').map(text => {
    const r = grammar.tokenizeLine(text, stack);
    stack = r.ruleStack;
    return { text, tokens: r.tokens };
  });
  for (const row of fs.readFileSync(process.env.EXPECT, 'utf8').split('\n')) {
    if (!row || row[0] === '#') continue;
    const [line, word] = row.split(' '), l = lines[line - 1];
    const at = l.text.search(new RegExp(`\\b${word}\\b`));
    const t = l.tokens.find(x => x.startIndex <= at && at < x.endIndex);
    console.log(line, word, t.scopes.join(','));
  }
});
