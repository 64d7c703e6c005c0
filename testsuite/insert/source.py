# SPDX-License-Identifier: MIT
"""The tree that `gocc --dump-ast` prints of a C file, and edits of that file."""
import re

WITH_PLACE = re.compile(r'^( *)(\S+)(.*?) \[(\d+):(\d+)-(\d+):(\d+)\]$')
WITHOUT = re.compile(r'^( *)(\S+)(.*)$')


class Node:
    """kind, what the dump says of it, the bytes [start, end) of the text, kids."""

    def __init__(self, kind, rest, start, end):
        self.kind, self.rest, self.start, self.end = kind, rest.strip(), start, end
        self.kids, self.parent = [], None

    @property
    def name(self):
        return self.rest.split(' ')[0] if self.rest else ''

    def below(self, *stop):
        """All nodes below this one, but not those within nodes of the kinds `stop`."""
        for kid in self.kids:
            yield kid
            if kid.kind not in stop:
                yield from kid.below(*stop)

    def inside(self, *kinds):
        """The innermost node of these kinds around this one."""
        node = self.parent
        while node and node.kind not in kinds:
            node = node.parent
        return node

    def kid(self, kind):
        return next((k for k in self.kids if k.kind == kind), None)


def parse(dump, text):
    """The root of the tree; `text` is the source in bytes."""
    lines = [0]
    for line in text.split(b'\n'):
        lines.append(lines[-1] + len(line) + 1)
    root, stack = None, []
    for line in dump.splitlines():
        placed = WITH_PLACE.match(line)
        found = placed or WITHOUT.match(line)
        if not found:
            continue
        start = end = None
        if placed:
            l1, c1, l2, c2 = map(int, placed.group(4, 5, 6, 7))
            start, end = lines[l1 - 1] + c1 - 1, lines[l2 - 1] + c2
        node = Node(found[2], found[3], start, end)
        del stack[len(found[1]) // 2:]
        if stack:
            node.parent = stack[-1]
            stack[-1].kids.append(node)
        else:
            root = node
        stack.append(node)
    return root


class Edits:
    """Insertions and deletions, nested as the nodes are: the outer node's must be made first."""

    def __init__(self, text, count=0):
        self.text, self.inserted, self.deleted, self.count = text, [], [], count

    def number(self):
        """A number for names of this edit's own."""
        self.count += 1
        return self.count

    def before(self, place, text):
        self.inserted.append((place, 1, len(self.inserted), text))

    def after(self, place, text):
        self.inserted.append((place, 0, -len(self.inserted), text))

    def around(self, node, before, after):
        self.before(node.start, before)
        self.after(node.end, after)

    def replace(self, start, end, text):
        self.before(start, text)
        self.deleted.append((start, end))

    def source(self, node):
        return self.text[node.start:node.end].decode('utf-8', 'surrogateescape')

    def result(self):
        """The new text: lines stay where they are, so that messages can be compared."""
        out, at = [], 0
        pieces = [(p, kind, seq, text.encode('utf-8', 'surrogateescape'))
                  for p, kind, seq, text in self.inserted]
        gone = sorted(self.deleted)
        for place, _, _, text in sorted(pieces, key=lambda p: p[:3]):
            out.append(self.kept(at, place, gone))
            out.append(b' ' + text + b' ')
            at = max(at, place)
        return b''.join(out) + self.kept(at, len(self.text), gone)

    def kept(self, start, end, gone):
        out = bytearray(self.text[start:end])
        for first, last in gone:
            for i in range(max(first, start), min(last, end)):
                if out[i - start] not in b'\n':
                    out[i - start] = 32
        return bytes(out)
