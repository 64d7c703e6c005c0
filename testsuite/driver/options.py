# SPDX-License-Identifier: MIT
"""Every line of command_lines, with gocc and with gcc: the same status, files and outputs."""
import concurrent.futures, shlex
from harness import *

FILES = {
    'a.gc': '#include <stdio.h>\n#include "h.h"\n'
            'int main(int n, char **v) { printf("hello %d\\n", n + N); return 0; }\n',
    'b.gc': 'int b;\n', 'c.c': 'int c;\n', 'd.s': '.globl d\n', 'noext': 'int n;\n',
    'warn.gc': 'int f(void) { int u; return g(); }\n', 'bad.gc': 'int x = ;\nint y = z;\n',
    'lib.gc': 'int twice(int n) { return 2 * n; }\n', '-dash.gc': 'int q;\n',
    'sp ace.gc': 'int q;\n', '\udcff\udce9.gc': 'int q;\n', 'words': '-c a.gc -DX="a b"\n',
    'h.h': '#define N 0\n', 'inc/h.h': '#define N 0\n', 'pre.h': '#define PRE 1\n', 'sub/.keep': ''}
TAKE_A_WORD = '-o -MF -MT -MQ -include -I -D'.split()


def words_of(line):
    return [w.encode('latin1').decode('unicode_escape').encode('latin1').decode(
        'utf8', 'surrogateescape') if '\\x' in w else w
            for w in shlex.split(line.replace('\\x', '\\\\x'))]


def for_gcc(words):
    line = ['gcc']
    for before, word in zip([''] + words, words):
        source = word.endswith('.gc') and word[0] != '-' and before not in TAKE_A_WORD
        line += ['-x', 'c', word, '-x', 'none'] if source else [word]
    return line


def result(argv, folder):
    for name, text in FILES.items():
        write(os.path.join(folder, name), text)
    os.makedirs(os.path.join(folder, 'tmp'))
    env = {k: v for k, v in os.environ.items() if not k.startswith('GOCC')}
    env.update(LC_ALL='C', TMPDIR=os.path.join(os.path.abspath(folder), 'tmp'))
    p = subprocess.run(argv, cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL,
                       timeout=120)
    made = sorted(os.path.relpath(os.path.join(d, f), folder)
                  for d, _, fs in os.walk(folder) for f in fs)
    shutil.rmtree(folder)
    return (p.returncode, made, p.stdout.replace(b'#define __GOCC__ 1\n', b''), p.stderr)


def difference(numbered):
    number, line = numbered
    words = words_of(line)
    got = result([GOCC, *words], str(number)) # both in a folder of the same name
    want = result(for_gcc(words), str(number))
    for name, g, w in zip(('status', 'files', 'stdout', 'stderr'), got, want):
        if g != w:
            return f'{line}\n        {name} {g!r:.600}\n        gcc {w!r:.600}'
    return None


@test
def options_act_as_in_gcc():
    with open(os.path.join(HERE, 'command_lines')) as f:
        lines = [line.rstrip('\n') for line in f if line.strip() and line[0] != '#']
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [d for d in pool.map(difference, enumerate(lines)) if d]
    if wrong:
        raise AssertionError(f'{len(wrong)} of {len(lines)} differ:\n      ' + '\n      '.join(wrong))
