# SPDX-License-Identifier: MIT
"""What can be inserted into C so that it still does the same.  Each mode is a function of the tree's
root and the edits; its first line says what it shows."""
LOOPS = ('FOR', 'WHILE', 'DO', 'RANGE')
# a `return`, `break` or label below one of these is not the function's own
APART = ('FUNC', 'GO', 'DEFER')
PLAIN_STATEMENTS = ('EXPR_STMT', 'IF', 'SWITCH', 'FOR', 'WHILE', 'DO', 'GOTO', 'CONTINUE', 'RETURN',
                    'ASM', 'COMPOUND', 'SELECT', 'RANGE', 'SEND', 'GO')
# their operands are no values: types, constants, addresses of what stands there
BUILTINS = ('__builtin_', '__atomic_', '__sync_', '__c11_')


# ---- what a function is ----

def functions(root):
    return [n for n in root.below() if n.kind == 'FUNC']


def body(function):
    return function.kids[-1]


def head(function):
    """Where the first statement may stand: behind `{` and `__label__`."""
    place = body(function).start + 1
    for item in body(function).kids:
        if item.kind != 'LOCAL_LABELS':
            break
        place = item.end
    return place


def declarator(function):
    """The D_FUNC whose parameters are the function's, and what is between it and the specifiers."""
    node, chain = function.kids[1], []
    while node and node.kind != 'D_NAME':
        chain.append(node)
        node = node.kids[0] if node.kids else None
    outer = [d.kind for d in chain if d.kind != 'D_PAREN']
    return next(d for d in reversed(chain) if d.kind == 'D_FUNC'), outer[:-1]


def parameters(function):
    """Names of the parameters, None for one that has none; whether there are more (`...`)."""
    d, _ = declarator(function)
    listed = d.kid('LIST')
    names = []
    for p in listed.kids if listed else ():
        if not (p.kids and p.kids[0].kids and p.kids[0].kids[0].rest == 'void' and len(p.kids) > 1
                and p.kids[1].kind == 'NONE'):
            names.append(p.name if '(' in p.rest else None)
    return names


def variadic(function, edits):
    d, _ = declarator(function)
    return '...' in edits.source(d)


def registers(function):
    """Whether a variable has no address, which a deferred block would take."""
    return any(n.kind == 'SPEC_WORD' and n.rest == 'register' for n in function.below())


def returns_void(function):
    _, outer = declarator(function)
    specs = [s.rest for s in function.kids[0].kids if s.kind in ('SPEC_WORD', 'SPEC_TYPEDEF')]
    return not outer and 'void' in specs


def result_type(function):
    names = parameters(function)
    if None in names:
        return None
    return f'__typeof__({function.name}({", ".join(names)}))'


def own(function, kind):
    return [n for n in body(function).below(*APART) if n.kind == kind]


def uses(function):
    return ''.join(f'(void){p}; ' for p in parameters(function) if p)


def declared_callee(node):
    """No call of what is declared nowhere: its type is not known."""
    return all(k.kind != 'CALL' or k.kids[0].kind != 'IDENT' or '(' in k.kids[0].rest
               for k in (node, *node.below()))


def literal(node):
    """A compound literal lives as long as the block that it stands in: none may be put around it."""
    return any(k.kind == 'COMPOUND_LIT' for k in (node, *node.below()))


def callee(call):
    node = call.kids[0]
    while node.kind == 'PAREN':
        node = node.kids[0]
    return node.name if node.kind == 'IDENT' else ''


# ---- beside what is there ----

def defer_call(root, e):
    """Every function defers a call."""
    for f in functions(root):
        e.before(head(f), 'defer gocc_touch();')


def defer_block(root, e):
    """Every function defers a block that sees its parameters."""
    for f in functions(root):
        e.before(head(f), f'defer {{ {"" if registers(f) else uses(f)}gocc_touch(); }}')


def defer_loop(root, e):
    """Every function defers in a loop: a number of defers that nobody knows."""
    for f in functions(root):
        i = f'gocc_i{e.number()}'
        e.before(head(f), f'for (int {i} = 0; {i} < 2; {i}++) {{ defer gocc_touch(); }}')


def go_parameters(root, e):
    """Every function's parameters are captured by a goroutine."""
    for f in functions(root):
        c = f'gocc_c{e.number()}'
        e.before(head(f), f'{{ {c} := make(chan void, 1); go {{ {uses(f)}{c} <- void; }} '
                             f'<-{c}; release({c}); }}')


def declared(declaration):
    """The variables of a declaration that a block can capture."""
    for d in declaration.kids[1].kids:
        node, chain = (d.kids[0] if d.kids else None), []
        while node and node.kind != 'D_NAME' and node.kids:
            chain.append(node.kind)
            node = node.kids[0]
        if node and node.kind == 'D_NAME' and node.rest and (not chain or chain[-1] != 'D_FUNC'):
            yield node.name


def specifiers(declaration):
    return {s.rest for s in declaration.kids[0].kids if s.kind == 'SPEC_WORD'}


def blocks(function):
    return [n for n in (body(function), *body(function).below('FUNC', 'DEFER')) if n.kind == 'COMPOUND']


def declarations(function):
    for block in blocks(function):
        for d in block.kids:
            if d.kind == 'DECL' and len(d.kids) > 1 and d.kids[1].kind == 'LIST':
                if not specifiers(d) & {'typedef', '__thread', '_Thread_local', 'thread_local'}:
                    yield d


def go_locals(root, e):
    """Every local variable is captured by a goroutine where it was declared."""
    for f in functions(root):
        for d in declarations(f):
            names = list(declared(d))
            if names:
                c, used = f'gocc_c{e.number()}', ''.join(f'(void){x}; ' for x in names)
                e.after(d.end, f'{{ {c} := make(chan void, 1); go {{ {used}{c} <- void; }} '
                               f'<-{c}; release({c}); }}')


# ---- in the place of what is there ----

def values(function):
    """Expressions whose value, and nothing else, is used."""
    def value(node):
        return (node.start is not None and node.kind not in
                ('NONE', 'CONST', 'STRING', 'INIT_LIST', 'TYPE_NAME', 'LIST', 'LABEL_ADDR', 'DECL')
                and declared_callee(node) and not literal(node))
    for n in body(function).below(*APART):
        picked = []
        if n.kind == 'RETURN' and not returns_void(function):
            picked = n.kids[:1]
        elif n.kind in ('IF', 'WHILE', 'SWITCH'):
            picked = n.kids[:1]
        elif n.kind == 'DO':
            picked = n.kids[1:]
        elif n.kind == 'FOR':
            picked = n.kids[1:2]
        elif n.kind == 'ASSIGN' and n.name == '=':
            picked = n.kids[1:]
        elif n.kind == 'CALL' and not callee(n).startswith(BUILTINS):
            picked = n.kids[1].kids if len(n.kids) > 1 else []
        elif n.kind == 'DECLR' and automatic(n):
            picked = n.kids[1:]
        if not n.inside('SPEC_TYPEOF', 'SIZEOF', 'STATIC_ASSERT', 'GENERIC'):
            yield from filter(value, picked)


def automatic(declarator_):
    """An automatic variable that is no array."""
    d = declarator_.parent.parent
    if d.kind != 'DECL' or specifiers(d) & {'static', 'extern', 'typedef', 'constexpr', '__auto_type'}:
        return False
    chain, node = [], declarator_.kids[0]
    while node.kids:
        chain.append(node.kind)
        node = node.kids[0]
    return (not chain or chain[-1] != 'D_ARRAY') and not declarator_.rest.startswith('static')


def define_values(root, e):
    """Every value goes through a variable that `:=` declares."""
    for f in functions(root):
        for v in values(f):
            n = e.number()
            e.around(v, f'({{ gocc_v{n} := (', f'); gocc_v{n}; }})')


def channel_values(root, e):
    """Every value goes through a channel of its type."""
    for f in functions(root):
        for v in values(f):
            n = e.number()
            e.around(v, f'({{ gocc_v{n} := (',
                     f'); gocc_c{n} := make(chan(__typeof__(gocc_v{n})), 1); gocc_c{n} <- gocc_v{n}; '
                     f'gocc_w{n} := <-gocc_c{n}; release(gocc_c{n}); gocc_w{n}; }})')


def conditions(function):
    for n in body(function).below(*APART):
        where = {'IF': 0, 'WHILE': 0, 'DO': 1, 'FOR': 1}.get(n.kind)
        if where is not None and n.kids[where].kind != 'NONE':
            yield n.kids[where]


def receive_conditions(root, e):
    """Every condition is received."""
    for f in functions(root):
        for c in conditions(f):
            e.around(c, '<-gocc_sent(!!(', '))')


def assigned(function):
    """Statements `lhs = value;` in a block."""
    for n in body(function).below(*APART):
        if n.kind == 'EXPR_STMT' and n.kids[0].kind == 'ASSIGN' and n.kids[0].name == '=':
            if n.parent.kind == 'COMPOUND' and n.parent.parent.kind != 'STMT_EXPR' and declared_callee(n):
                yield n, *n.kids[0].kids


def receive_assignments(root, e):
    """Every assignment is a receive into what is assigned: `=`, with `ok`, or in a select."""
    forms = ('{l} = <-{c};', '{l}, {ok} = <-{c};', 'select {{ case {l} = <-{c}: }}',
             'select {{ case {l}, {ok} = <-{c}: }}')
    for f in functions(root):
        for statement, lhs, value in assigned(f):
            if e.source(value).strip('( )') == '0':
                continue  # a null pointer only as long as it is a constant
            n = e.number()
            c, ok, v = f'gocc_c{n}', f'gocc_ok{n}', f'gocc_v{n}'
            form = forms[n % len(forms)]
            receive = form.format(l=e.source(lhs), c=c, ok=ok)
            e.replace(lhs.start, value.start, f'{{ {v} := (')
            e.after(value.end, f'); {c} := make(chan(__typeof__({v})), 1); {c} <- {v}; '
                    + (f'_Bool {ok}; ' if '{ok}' in form else '')
                    + f'{receive} release({c}); }}')


def call_statements(function):
    for n in body(function).below(*APART):
        if n.kind == 'EXPR_STMT' and n.kids[0].kind == 'CALL' and n.parent.kind == 'COMPOUND':
            last = n.parent.parent.kind == 'STMT_EXPR' and n is n.parent.kids[-1]
            if not last and declared_callee(n):
                yield n


def go_statements(root, e):
    """Every call statement is started with `go`; what the program then does is another matter."""
    for f in functions(root):
        for s in call_statements(f):
            e.before(s.start, 'go')


def defer_statements(root, e):
    """Every call statement is deferred; what the program then does is another matter."""
    for f in functions(root):
        for s in call_statements(f):
            e.before(s.start, 'defer')


# ---- around statements ----

def has_labels(node):
    """Whether something outside of the node may jump into it."""
    inner = [node, *node.below('FUNC', 'SWITCH')]
    labels = any(n.kind in ('LABEL', 'LOCAL_LABELS') for n in [node, *node.below('FUNC')])
    if node.kind == 'SWITCH':
        return labels
    return labels or any(n.kind in ('CASE', 'DEFAULT') for n in inner)


def breaks(function, e):
    """Every `break` names what it leaves: the last edit of all, for a label stands right before its loop."""
    names = {}
    for b in own(function, 'BREAK'):
        if e.source(b).rstrip(';').strip() != 'break':
            continue
        left = b.inside('SWITCH', 'SELECT', *LOOPS)
        if left and left.kind != 'SELECT':
            if id(left) not in names:
                names[id(left)] = f'gocc_l{e.number()}'
                e.before(left.start, names[id(left)] + ':')
            e.after(b.start + len('break'), names[id(left)])


def statements(function):
    """Statements that may be put into a block of their own."""
    for n in body(function).below(*APART):
        if n.kind in PLAIN_STATEMENTS and n.parent.kind in ('COMPOUND', 'IF', 'FOR', 'WHILE', 'DO', 'RANGE',
                                                            'LABEL', 'CASE', 'DEFAULT', 'SWITCH'):
            last = n.parent.kind == 'COMPOUND' and n is n.parent.kids[-1]
            if last and n.parent.parent.kind == 'STMT_EXPR':
                continue
            if n.parent.kind == 'SWITCH' and n.kind == 'COMPOUND' or has_labels(n) or literal(n):
                continue
            if n.parent.kind == 'FOR' and n is n.parent.kids[0]:
                continue
            yield n


def select_statements(root, e):
    """Every statement is the body of a select's ready case, and its jumps mean what they meant."""
    for f in functions(root):
        for s in statements(f):
            case = 'default' if e.number() % 2 else 'case <-gocc_ready()'
            e.around(s, f'{{ select {{ {case}:', '} }')
        breaks(f, e)


def switch_bodies(root, e):
    """Every loop's body is a switch: `continue` goes through it, `break` names its loop."""
    for f in functions(root):
        for loop in body(f).below(*APART):
            if loop.kind in LOOPS:
                inner = loop.kids[0 if loop.kind == 'DO' else -1]
                if not has_labels(inner) and inner.start is not None:
                    e.around(inner, 'switch (1) { default: ;', '}')
        breaks(f, e)


def label_jumps(root, e):
    """Every `break` and `continue` names its loop."""
    for f in functions(root):
        breaks(f, e)
        for c in own(f, 'CONTINUE'):
            loop = c.inside(*LOOPS)
            if loop and e.source(c).rstrip(';').strip() == 'continue':
                name = f'gocc_k{e.number()}'
                e.before(loop.start, name + ':')
                e.after(c.start + len('continue'), name)


def loops(function):
    """Loops that may be moved: nothing jumps into them or names them, and their heads are plain."""
    for loop in body(function).below(*APART):
        if loop.kind in ('FOR', 'WHILE') and loop.parent.kind != 'LABEL':
            if not has_labels(loop.kids[-1]) and not statement_expression(loop):
                yield loop


def loop_parts(loop, e):
    if loop.kind == 'WHILE':
        return '', e.source(loop.kids[0]), ''
    def part(node):
        return '' if node.kind == 'NONE' else e.source(node)
    first = part(loop.kids[0])
    return first if first.endswith(';') else first + ';', part(loop.kids[1]), part(loop.kids[2])


def range_loops(root, e):
    """Every loop without a label in it counts with `range`."""
    for f in functions(root):
        for loop in loops(f):
            first, condition, step = loop_parts(loop, e)
            i = f'gocc_i{e.number()}'
            e.replace(loop.start, loop.kids[-1].start, f'{{ {first} for ({i} := range 0x7fffffff) {{ '
                      f'if ({i}) {{ {step}; }} if (!({condition or 1})) break; ')
            e.after(loop.end, '} }')


def channel_loops(root, e):
    """Every loop without a label in it receives with `range` until its channel is closed."""
    for f in functions(root):
        for loop in loops(f):
            first, condition, step = loop_parts(loop, e)
            n = e.number()
            e.replace(loop.start, loop.kids[-1].start,
                      f'{{ {first} gocc_c{n} := make(chan int, 1); gocc_c{n} <- 0; '
                      f'for (gocc_i{n} := range gocc_c{n}) {{ if (gocc_i{n}) {{ {step}; }} '
                      f'if (!({condition or 1})) {{ close(gocc_c{n}); continue; }} gocc_c{n} <- 1; ')
            e.after(loop.end, f'}} release(gocc_c{n}); }}')


def statement_expression(loop):
    """In the loop's head: its text is moved, and what is edited in it with it."""
    return any(k.kind in ('STMT_EXPR', 'FUNC') for part in loop.kids[:-1] for k in (part, *part.below()))


# ---- around the whole function ----

def gives_from_defer(function):
    """Whether a deferred block returns the function's result, or sees a parameter for that."""
    return any(n.kind == 'DEFER' and n.kid('COMPOUND') for n in body(function).below())


def framed(root, e):
    """Functions whose body may be moved, with a variable for the result."""
    for f in functions(root):
        if gives_from_defer(f):
            continue
        type_ = 'void' if returns_void(f) else result_type(f)
        if type_ and not variadic(f, e) and not leaves(f):
            yield f, type_


def leaves(function):
    """Whether a nested function jumps to a label outside of itself: no block may be left so."""
    return function.parent.kind != 'UNIT' or any(
        n.kind == 'FUNC' and any(g.kind == 'GOTO' for g in n.below()) for n in body(function).below())


def returned(function, e, result, leave):
    """`return v;` becomes `{ result = v; leave }`."""
    for r in own(function, 'RETURN'):
        if r.kids and r.kids[0].kind != 'NONE':
            e.replace(r.start, r.kids[0].start, f'{{ {result}' )
            e.replace(r.kids[0].end, r.end, f'; {leave} }}')
        else:
            e.replace(r.start, r.end, f'{{ {leave} }}')


def result_variable(type_, name):
    if type_ == 'void':
        return ''
    return f'{type_} {name}; __builtin_memset((void *)&{name}, 0, sizeof {name}); '


def go_body(root, e):
    """Every function's body runs in a goroutine, for which it waits."""
    if any(n.kind == 'IDENT' and n.name.endswith('longjmp') for n in root.below()):
        return  # a longjmp may not lead to another goroutine's stack
    for f, type_ in framed(root, e):
        n = e.number()
        r, done = f'gocc_r{n}', f'gocc_done{n}'
        own_names = [p for p in parameters(f) if p]
        copies = ''.join(f'__typeof__({p}) gocc_of_{p}{n} = {p}; ' for p in own_names)
        back = ''.join(f'__typeof__(gocc_of_{p}{n}) {p} = gocc_of_{p}{n}; ' for p in own_names)
        block = body(f)
        e.before(block.start, f'{{ {result_variable(type_, r)}chan void {done} = make(chan void); '
                              f'go {{ defer close({done}); {copies}{{ {back}')
        returned(f, e, '' if type_ == 'void' else f'*&{r} = ', 'return;')
        e.after(block.end, f'}} }} <-{done}; release({done}); '
                           + ('' if type_ == 'void' else f'return {r}; ') + '}')


def defer_body(root, e):
    """Every function's body is a deferred block, whose `return` is the function's."""
    for f in functions(root):
        if not variadic(f, e) and not registers(f) and not leaves(f):
            e.around(body(f), '{ defer', '}')


def panic_return(root, e):
    """Every function returns by a panic that it recovers from, with the result of its deferred block."""
    for f, type_ in framed(root, e):
        r = f'gocc_r{e.number()}'
        give = '' if type_ == 'void' else f' return {r};'
        e.before(head(f), f'{result_variable(type_, r)}defer {{ recover();{give} }}')
        returned(f, e, '' if type_ == 'void' else f'{r} = ', 'gocc_throw();')
        e.after(body(f).end - 1, '; gocc_throw();')


ALL = {f.__name__: f for f in (
    defer_call, defer_block, defer_loop, go_parameters, go_locals, define_values, channel_values,
    receive_conditions, receive_assignments, go_statements, defer_statements, select_statements,
    switch_bodies, label_jumps, range_loops, channel_loops, go_body, defer_body, panic_return)}
COMPILED_ONLY = {'go_statements', 'defer_statements'}
