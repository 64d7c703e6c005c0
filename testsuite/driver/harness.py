# SPDX-License-Identifier: MIT
"""What the tests of the command line share: an empty folder each, and gocc beside gcc."""
import os, re, shutil, signal, subprocess, sys, tempfile, traceback

HERE = os.path.dirname(os.path.abspath(__file__))
GOCC = os.path.abspath(os.environ.get('GOCC', os.path.join(HERE, '../../build/gocc')))
HELLO = '#include <stdio.h>\nint main(void) { printf("hello\\n"); return 0; }\n'
tests = []
# A shell's background job and nohup ignore these, and so would every compiler started here.
for sig in signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM:
    signal.signal(sig, signal.SIG_DFL)


class Skip(Exception):
    pass


def test(function):
    tests.append(function)
    return function


def write(name, text='int x;\n', mode=0o644):
    os.makedirs(os.path.dirname(name) or '.', exist_ok=True)
    with open(name, 'w') as f:
        f.write(text)
    os.chmod(name, mode)
    return name


def read(name):
    with open(name, 'rb') as f:
        return f.read()


def run(*argv, env=None, input=None):
    """A finished process, its output as text; TMPDIR is the test's own folder `tmp`."""
    os.makedirs('tmp', exist_ok=True)
    more = {k: v for k, v in os.environ.items() if not k.startswith('GOCC')}
    more.update(TMPDIR=os.path.abspath('tmp'), LC_ALL='C', **(env or {}))
    return subprocess.run(argv, env=more, input=input, capture_output=True, text=True,
                          errors='replace', timeout=120)


def gocc(*argv, status=0, **more):
    p = run(GOCC, *argv, **more)
    same(p.returncode, status, p.stderr)
    left = [f for f in os.listdir('tmp') if f != f'gocc-{os.getuid()}']
    same(left, [], 'left in TMPDIR')
    return p


def host(*argv, **more):
    p = run('gcc', *argv, **more)
    same(p.returncode, 0, p.stderr)
    return p


def same(got, want, why=''):
    if got != want:
        raise AssertionError(f'got {got!r}\n        want {want!r}\n        {why}')


def has(text, part):
    if part not in text:
        raise AssertionError(f'{part!r} is not in {text!r}')


def files():
    return sorted(f for f in os.listdir('.') if f != 'tmp')


def fake_compiler(body):
    """A host compiler of our own making; its arguments are in $@."""
    return os.path.abspath(write('fake/cc', '#!/bin/sh\n' + body, 0o755))


def run_one(function):
    old = os.getcwd()
    folder = tempfile.mkdtemp(prefix='gocc-driver-')
    os.chdir(folder)
    try:
        function()
        return True
    except Skip as why:
        print(f'[SKIP] {function.__name__}: {why}')
        return None
    except Exception as e:
        where = traceback.extract_tb(e.__traceback__)[1] if e.__traceback__.tb_next else ''
        print(f'[FAIL] {function.__name__} ({getattr(where, "line", "")})\n        {e}')
        return False
    finally:
        os.chdir(old)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    wanted = sys.argv[1:]
    results = [run_one(t) for t in tests if not wanted or any(w in t.__name__ for w in wanted)]
    print(f'{results.count(True)} passed, {results.count(False)} failed')
    sys.exit(1 if False in results else 0)
