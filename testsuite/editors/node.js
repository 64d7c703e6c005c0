// prints the types of the named nodes of $SAMPLE in the order of the text; argument: the module made of node.c
const fs = require('fs'), Parser = require('tree-sitter');
const parser = new Parser();
parser.setLanguage(require(process.argv[2]));
const tree = parser.parse(fs.readFileSync(process.env.SAMPLE, 'utf8'));
const walk = node => {
  console.log(node.type);
  node.namedChildren.forEach(walk);
};
walk(tree.rootNode);
if (tree.rootNode.hasError) process.exitCode = 1;
