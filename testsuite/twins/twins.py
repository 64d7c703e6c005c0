# SPDX-License-Identifier: MIT
"""Random programs, each as .gc and as Go, whose output does not depend on the schedule.

A program is a handful of functions which call only those of a higher number, so it ends.  Each
statement is written in both languages at once.  A goroutine is waited for before the next statement;
of the cases of a select one is ready, or none and there is a default.  Expressions have no side
effects, since C and Go evaluate operands in different orders.
"""
import random

HEAD_GC = '''#include <gocc.h>
#include <stdio.h>
struct point {
    long x, y;
};
typedef long (*function)(long, long);
static long common, zero, steps, cells[4];
static volatile long *nowhere;
static chan long nil_chan, closed_chan;

static void show(const char *name, const char *message)
{
    if (message != NULL && message[0] == '(')
        message = "value";
    printf("%s %s\\n", name, message == NULL ? "nil" : message);
}

static void show_value(const char *name, const long *value)
{
    printf("%s %ld\\n", name, value == NULL ? -1L : (long)(value - cells));
}

static void through(function f, long a, long b, chan long out)
{
    long result = -1;
    defer {
        const char *message = recover();
        show("through", message);
        out <- result;
    }
    result = f(a, b);
}

static void guarded(function f, long a, long b)
{
    defer {
        const char *message = recover();
        show("guarded", message);
    }
    printf("result %ld\\n", f(a, b));
}
'''
HEAD_GO = '''package main
import "fmt"
import "runtime"
import "sync"
type point struct { x, y int }
type function = func(int, int) int
var common, zero, steps int
var cells [4]int
var nowhere *int
var nil_chan, closed_chan chan int
var _ sync.Mutex
var _ = runtime.Goexit
func show(name string, message any) {
	if _, ok := message.(*int); ok { message = "value" }
	if message == nil { message = "nil" }
	fmt.Println(name, message)
}
func show_value(name string, value any) {
	p, ok := value.(*int)
	if !ok { fmt.Println(name, -1); return }
	for i := range cells { if p == &cells[i] { fmt.Println(name, i) } }
}
func through(f function, a, b int, out chan int) {
	result := -1
	defer func() { message := recover(); show("through", message); out <- result }()
	result = f(a, b)
}
func guarded(f function, a, b int) {
	defer func() { message := recover(); show("guarded", message) }()
	fmt.Println("result", f(a, b))
}
'''


class Scope:
    """What a piece of code may name, and how it may end."""

    def __init__(self, kind, outer=None):
        self.kind = kind              # function, go or defer
        self.number = outer.number if outer else 0
        self.read = list(dict.fromkeys(outer.read)) if outer else []
        self.stored = []              # variables that it may change
        self.lasting = []             # those that live until the function ends: defer blocks may name them
        self.depth = 0                # of the statements where lasting ones are declared
        self.loops = []               # [label, is it used]
        self.breakable = 0
        self.result = kind == 'function'
        self.may_end = True           # a goroutine that says it is ready as its last act may not return
        self.params = []


class Twins:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.gc, self.go, self.depth, self.names, self.left = [], [], 0, 0, 0
        self.functions = self.random.randint(3, 7)

    # ---- text ----

    def put(self, gc, go=None):
        """A line in both languages; without go it is the statement gc in both."""
        self.put_gc(gc + ';' if go is None else gc)
        self.put_go(gc if go is None else go)

    def put_gc(self, text):
        self.gc.append('    ' * self.depth + text)

    def put_go(self, text):
        self.go.append('\t' * self.depth + text)

    def brace(self):
        self.put('}', '}')

    def name(self, kind='v'):
        self.names += 1
        return f'{kind}{self.names}'

    def chance(self, share):
        return self.random.random() < share

    def make(self, channel, size=0, element='long', element_go='int'):
        sized = f', {size}' if size else ''
        self.put(f'chan {element} {channel} = make(chan {element}{sized});',
                 f'{channel} := make(chan {element_go}{sized})')

    def show(self, v, label=None):
        self.put(f'printf("{label or v} %ld\\n", (long)({v}));', f'fmt.Println("{label or v}", {v})')

    def declared(self, s, v):
        s.read.append(v)
        s.stored.append(v)

    def use(self, v):
        self.put(f'(void){v};', f'_ = {v}')

    # ---- expressions ----

    def expr(self, s, depth=0):
        roll = self.random.random()
        if depth > 2 or roll < .35:
            return str(self.random.randint(0, 9))
        if roll < .75 and s.read:
            return self.random.choice(s.read)
        if roll < .8:
            return 'common'
        return f'(({self.expr(s, depth + 1)} {self.random.choice("+-*")} {self.expr(s, depth + 1)}) % 97)'

    def condition(self, s):
        return f'{self.expr(s)} {self.random.choice(["<", ">", "==", "!=", "<="])} {self.expr(s)}'

    def callee(self, s):
        return f'f{self.random.randint(s.number + 1, self.functions)}'

    def two(self, s):
        return f'{self.expr(s)}, {self.expr(s)}'

    # ---- statements ----

    def block(self, s, most):
        read, stored = len(s.read), len(s.stored)
        self.depth += 1
        for _ in range(self.random.randint(1, most)):
            self.statement(s)
        self.depth -= 1
        del s.read[read:], s.stored[stored:]

    def statement(self, s):
        kinds = ['trace'] * 4 + ['assign'] * 3 + ['declare'] * 2 + ['panic', 'fault', 'value_panic']
        self.left -= 1
        if self.depth < 7 and self.left > 0:
            kinds += ['when'] * 2 + ['count'] * 3 + ['select'] * 4 + ['go_block'] * 2
            kinds += ['switch', 'drain', 'scope', 'struct', 'workers', 'replies', 'lengths', 'ping_pong', 'stream']
            if s.number < self.functions:
                kinds += ['call'] * 4 + ['function_channel', 'go_call']
            if s.kind != 'defer' and s.may_end:
                kinds += ['defer_block'] * 3 + (['defer_call'] * 2 if s.number < self.functions else [])
        kinds += ['recover'] * (5 if s.kind == 'defer' else 1)
        if s.breakable:
            kinds += ['leave']
        if s.loops:
            kinds += ['leave'] * 3
        if s.may_end and self.chance(.4):
            kinds += ['end']
        if self.chance(.02):
            kinds += ['wait_for_ever']
        getattr(self, 'do_' + self.random.choice(kinds))(s)

    def only_if(self, s, gc, go=None):
        condition = self.condition(s)
        self.put(f'if ({condition})', f'if {condition} {{')
        self.depth += 1
        self.put(gc, go)
        self.depth -= 1
        self.put_go('}')

    def do_trace(self, s):
        self.show(self.expr(s), self.name('t'))

    def do_assign(self, s):
        v = self.random.choice(s.stored or ['common'])
        self.put(self.random.choice([f'{v} = {self.expr(s)}', f'{v} += {self.expr(s)}', f'{v}++']))

    def do_declare(self, s):
        v, e = self.name(), self.expr(s)
        self.put(self.random.choice([f'long {v} = {e};', f'{v} := (long)({e});']), f'{v} := {e}')
        self.use(v)
        self.declared(s, v)
        if s.depth == self.depth:
            s.lasting.append(v)

    def do_scope(self, s):
        self.put('{', '{')
        self.block(s, 3)
        self.brace()

    def do_when(self, s):
        condition = self.condition(s)
        self.put(f'if ({condition}) {{', f'if {condition} {{')
        self.block(s, 3)
        if self.chance(.5):
            self.put('} else {', '} else {')
            self.block(s, 2)
        self.brace()

    def loop(self, s, gc, go, v=None):
        label, at_gc, at_go = self.name('L'), len(self.gc), len(self.go)
        self.put(gc, go)
        s.loops.append([label, False])
        s.breakable += 1
        if v:
            s.read.append(v)
            self.depth += 1
            self.use(v)
            self.depth -= 1
        self.block(s, 3)
        if v:
            s.read.remove(v)
        s.breakable -= 1
        self.brace()
        if s.loops.pop()[1]:
            self.gc.insert(at_gc, label + ':')
            self.go.insert(at_go, label + ':')

    def do_count(self, s):
        i, n = self.name('i'), self.random.randint(1, 3)
        gc, go, v = self.random.choice([
            (f'for (long {i} = 0; {i} < {n}; {i}++) {{', f'for {i} := 0; {i} < {n}; {i}++ {{', i),
            (f'for ({i} := range {n}) {{', f'for {i} := range {n} {{', i),
            (f'for (range {n}) {{', f'for range {n} {{', None)])
        self.loop(s, gc, go, v)

    def do_drain(self, s):
        c, v = self.name('c'), self.name()
        self.make(c, 4)
        for _ in range(self.random.randint(0, 3)):
            self.put(f'{c} <- {self.expr(s)}')
        self.put(f'close({c})')
        self.loop(s, f'for ({v} := range {c}) {{', f'for {v} := range {c} {{', v)

    def do_switch(self, s):
        e = self.expr(s)
        self.put(f'switch ((int)({e}) & 3) {{', f'switch ({e}) & 3 {{')
        s.breakable += 1
        for n in range(self.random.randint(1, 3)):
            self.put(f'case {n}: {{', f'case {n}:')
            self.block(s, 2)
            self.put_gc('    break;\n}')
        if self.chance(.6):
            self.put('default: {', 'default:')
            self.block(s, 1)
            self.put_gc('}')
        s.breakable -= 1
        self.brace()

    def do_leave(self, s):
        way = self.random.choice(['break', 'continue'] if s.loops else ['break'])
        if s.loops and self.chance(.5):
            loop = self.random.choice(s.loops)
            loop[1] = True
            way += ' ' + loop[0]
        self.only_if(s, way)

    def do_end(self, s):
        if s.kind == 'go':
            self.only_if(s, *self.random.choice([('return;', 'return'), ('runtime_goexit();', 'runtime.Goexit()')]))
        elif s.result:
            e = self.expr(s)
            self.only_if(s, f'return {e};', f'result = {e}; return' if s.kind == 'defer' else f'return {e}')
        else:
            self.only_if(s, 'return')

    def do_wait_for_ever(self, s):
        self.only_if(s, *self.random.choice([('<-nil_chan',), ('nil_chan <- 1',), ('select { }', 'select { }')]))

    # ---- calls ----

    def do_call(self, s):
        v, f, a = self.name(), self.callee(s), self.two(s)
        if self.chance(.3):
            self.put(f'{f}({a})')
            return
        if self.chance(.3):
            pointer = self.name('p')
            self.put(f'function {pointer} = {f};', f'{pointer} := {f}')
            f = pointer
        self.put(self.random.choice([f'long {v} = {f}({a});', f'{v} := {f}({a});']), f'{v} := {f}({a})')
        self.show(v)
        self.declared(s, v)

    def do_function_channel(self, s):
        c, v, a = self.name('c'), self.name(), self.two(s)
        self.make(c, 1, 'function', 'function')
        self.put(f'{c} <- {self.callee(s)}')
        self.put(f'long {v} = (<-{c})({a});', f'{v} := (<-{c})({a})')
        self.show(v)
        self.declared(s, v)

    def do_go_call(self, s):
        c, v = self.name('c'), self.name()
        self.make(c)
        self.put(f'go through({self.callee(s)}, {self.two(s)}, {c})')
        self.put(f'{v} := <-{c}')
        self.show(v)
        self.declared(s, v)

    def do_defer_call(self, s):
        if len(s.loops) < 2:
            self.put(f'defer {self.callee(s)}({self.two(s)})')

    def do_defer_block(self, s):
        inner = Scope('defer', s)
        inner.read = s.lasting + s.params
        inner.stored = s.lasting + (s.params if s.kind == 'function' else [])
        inner.result = s.kind == 'function'
        self.put('defer {', 'defer func() {')
        self.depth += 1
        if self.chance(.5):
            self.do_recover(inner)
        self.depth -= 1
        self.block(inner, 3)
        self.put('}', '}()')

    # ---- panics ----

    def do_recover(self, s):
        m = self.name('m')
        if self.chance(.6):
            self.put(f'const char *{m} = recover();', f'{m} := recover()')
            self.put(f'show("{m}", {m})')
        else:
            self.put(f'long *{m} = recover_value();', f'{m} := recover()')
            self.put(f'show_value("{m}", {m})')

    def do_panic(self, s):
        if self.chance(.5):
            text, e = self.name('panic'), self.expr(s)
            self.only_if(s, f'panic("{text} %ld", (long)({e}));', f'panic(fmt.Sprintf("{text} %d", {e}))')

    def do_value_panic(self, s):
        if self.chance(.3):
            cell = f'&cells[{self.random.randint(0, 3)}]'
            self.only_if(s, f'panic_value({cell});', f'panic({cell})')

    def do_fault(self, s):
        if self.chance(.3):
            self.only_if(s, self.random.choice([
                'common = 7 / zero', 'common = 7 % zero', 'common = *nowhere', '*nowhere = 4', 'close(nil_chan)',
                'close(closed_chan)', 'closed_chan <- 1']))

    # ---- goroutines and channels ----

    def go_block(self, s, body):
        """With what the block may name as parameters, for Go's closures see the variables themselves."""
        names = list(dict.fromkeys(s.read))
        self.put('go {', 'go func(' + ', '.join(n + ' int' for n in names) + ') {')
        self.depth += 1
        for n in names:
            self.put_go(f'_ = {n}')
        body()
        self.depth -= 1
        self.put('}', '}(' + ', '.join(names) + ')')

    def do_go_block(self, s):
        """It says that it is done in its first defer, after a recover, or as its last act: a panic that
        ends the program must not race with what comes behind the block."""
        done, inner = self.name('done'), Scope('go', s)
        inner.params, inner.may_end, inner.depth = inner.read[:], self.chance(.75), self.depth + 1
        self.make(done, self.random.choice([0, 0, 1]))

        def body():
            if inner.may_end:
                self.put('defer {', 'defer func() {')
                self.do_recover(inner)
                self.put(f'{done} <- 1')
                self.put('}', '}()')
            self.depth -= 1
            self.block(inner, 4)
            self.depth += 1
            if not inner.may_end:
                self.put(f'{done} <- 1')
        self.go_block(s, body)
        self.put(f'<-{done}')

    def do_stream(self, s):
        c, i, v, n = self.name('c'), self.name('i'), self.name(), self.random.randint(0, 4)

        def body():
            self.put(f'defer close({c})')
            self.put(f'for ({i} := range {n})', f'for {i} := range {n} {{')
            self.put(f'    {c} <- {self.expr(s)} + {i}')
            self.put_go('}')
        self.make(c)
        self.go_block(s, body)
        self.loop(s, f'for ({v} := range {c}) {{', f'for {v} := range {c} {{', v)

    def do_ping_pong(self, s):
        there, back, i, v, ball = (self.name(k) for k in ('c', 'c', 'i', 'v', 'v'))

        def body():
            self.put(f'for ({v} := range {there})', f'for {v} := range {there} {{')
            self.put(f'    {back} <- {v} * 2 % 91')
            self.put_go('}')
            self.put(f'close({back})')
        self.make(there)
        self.make(back)
        self.go_block(s, body)
        self.put(f'long {ball} = {(e := self.expr(s))};', f'{ball} := {e}')
        self.put(f'for ({i} := range {(n := self.random.randint(1, 5))}) {{', f'for {i} := range {n} {{')
        self.put(f'    {there} <- {ball} + {i}')
        self.put(f'    {ball} = <-{back}')
        self.brace()
        self.put(f'close({there})')
        self.put(f'for (range {back}) {{', f'for range {back} {{')
        self.brace()
        self.show(ball)
        self.declared(s, ball)

    def do_replies(self, s):
        asked, each = self.name('c'), self.name('c')

        def body():
            self.put(f'for ({each} := range {asked})', f'for {each} := range {asked} {{')
            self.put(f'    {each} <- {self.expr(s)}')
            self.put_go('}')
        self.make(asked, 0, 'chan long', 'chan int')
        self.go_block(s, body)
        for _ in range(self.random.randint(1, 3)):
            c, v = self.name('c'), self.name()
            self.make(c)
            self.put(f'{asked} <- {c}')
            self.put(f'{v} := <-{c}')
            self.show(v)
            self.declared(s, v)
        self.put(f'close({asked})')

    def do_workers(self, s):
        lock, group, total, i = (self.name(k) for k in ('mu', 'wg', 'total', 'i'))
        n, times, e = self.random.randint(1, 4), self.random.randint(1, 3), self.expr(s)
        self.put(f'sync_mutex {lock} = {{0}};', f'var {lock} sync.Mutex')
        self.put(f'sync_waitgroup {group} = {{0}};', f'var {group} sync.WaitGroup')
        self.put(f'long {total} = 0, *at_{total} = &{total};', f'{total} := 0; at_{total} := &{total}')
        self.put(f'for ({i} := range {n}) {{', f'for {i} := range {n} {{')
        self.depth += 1
        self.put(f'sync_waitgroup_add(&{group}, 1);', f'{group}.Add(1)')
        self.put('go {', 'go func() {')
        self.depth += 1
        self.put(f'defer sync_waitgroup_done(&{group});', f'defer {group}.Done()')
        self.put(f'for (range {times}) {{', f'for range {times} {{')
        self.put(f'    sync_mutex_lock(&{lock});', f'    {lock}.Lock()')
        self.put(f'    *at_{total} += {i} + {e}')
        self.put(f'    sync_mutex_unlock(&{lock});', f'    {lock}.Unlock()')
        self.brace()
        self.depth -= 1
        self.put('}', '}()')
        self.depth -= 1
        self.brace()
        self.put(f'sync_waitgroup_wait(&{group});', f'{group}.Wait()')
        self.show(total)

    def do_struct(self, s):
        c, p, v, a = self.name('c'), self.name('p'), self.name(), self.two(s)
        self.make(c, 2, 'struct point', 'point')
        self.put(f'{c} <- (struct point){{{a}}};', f'{c} <- point{{{a}}}')
        self.put(f'{p} := <-{c}')
        self.put(f'{p}.x += 3')
        self.put(f'long {v} = {p}.x - {p}.y;', f'{v} := {p}.x - {p}.y')
        self.show(v)
        self.declared(s, v)

    def do_lengths(self, s):
        c, v, ok, n = self.name('c'), self.name(), self.name('ok'), self.random.randint(1, 4)
        self.make(c, n)
        for _ in range(self.random.randint(0, n)):
            self.put(f'{c} <- {self.expr(s)}')
        self.show(f'10 * len({c}) + cap({c})', c)
        self.put(f'close({c})')
        self.put(f'{v}, {ok} := <-{c}')
        self.put(f'show("{v}", {ok} ? "sent" : "closed");', f'if {ok} {{ show("{v}", "sent") }} else {{ show("{v}", "closed") }}')
        self.show(v)
        self.declared(s, v)

    def do_select(self, s):
        n = self.random.randint(1, 4)
        ready = self.random.choice([None, *range(n)])
        cases = [self.select_channel(s, i == ready) for i in range(n)]
        default = ready is None or self.chance(.4)
        if default:
            cases.insert(self.random.randint(0, n), None)
        self.put('select {', 'select {')
        s.breakable += 1
        for case in cases:
            self.select_case(s, case)
        s.breakable -= 1
        self.brace()

    def select_channel(self, s, is_ready):
        """One that is nil, empty, full, closed or has room, and what the case does with it."""
        c, does = self.name('c'), self.random.choice(['receive', 'receive_ok', 'assign', 'send'])
        if is_ready:
            state = 'room' if does == 'send' else self.random.choice(['full', 'closed'])
        else:
            state = self.random.choice(['nil', 'full' if does == 'send' else 'empty'])
        if state == 'nil':
            self.put(f'chan long {c} = NULL;', f'var {c} chan int')
        else:
            self.make(c, 1)
        if state == 'full':
            self.put(f'{c} <- {self.expr(s)}')
        if state == 'closed':
            self.put(f'close({c})')
        return c, does

    def select_case(self, s, case):
        read, v = len(s.read), self.name()
        if case is None:
            self.put('default:', 'default:')
        elif case[1] == 'send':
            e = self.expr(s)
            self.put(f'case {case[0]} <- {e}:', f'case {case[0]} <- {e}:')
        elif case[1] == 'assign':
            head = f'case {self.random.choice(s.stored or ["common"])} = <-{case[0]}:'
            self.put(head, head)
        else:
            head = f'case {v}{", ok" + v if case[1] == "receive_ok" else ""} := <-{case[0]}:'
            self.put(head, head)
            self.depth += 1
            self.show(v)
            if case[1] == 'receive_ok':
                self.use('ok' + v)
            self.depth -= 1
            s.read.append(v)
        self.block(s, 3)
        del s.read[read:]

    # ---- the whole ----

    def function(self, number):
        s = Scope('function')
        s.number, s.depth, s.params = number, 1, ['a', 'b']
        s.read, s.stored = ['a', 'b'], ['a', 'b']
        self.put(f'static long f{number}(long a, long b)\n{{', f'func f{number}(a, b int) (result int) {{')
        self.left = self.random.randint(6, 30)
        self.depth = 1
        self.put('steps++')
        self.put('if (steps > 400)', 'if steps > 400 {')
        self.put('    panic("too many steps")')
        self.put_go('}')
        for _ in range(self.random.randint(2, 7)):
            self.statement(s)
        self.put(f'return {self.expr(s)}')
        self.depth = 0
        self.brace()

    def main(self):
        self.put('int main(void)\n{', 'func main() {')
        self.depth = 1
        self.put('closed_chan = make(chan long, 1);', 'closed_chan = make(chan int, 1)')
        self.put('close(closed_chan)')
        for _ in range(self.random.randint(2, 5)):
            f, a = f'f{self.random.randint(1, self.functions)}', f'{self.random.randint(0, 9)}, {self.random.randint(0, 9)}'
            if self.chance(.85):
                self.put(f'guarded({f}, {a})')
            else:
                self.show(f'{f}({a})', 'plain')
        self.put_gc('return 0;')
        self.depth = 0
        self.brace()

    def texts(self):
        for number in range(1, self.functions + 1):
            self.put_gc(f'static long f{number}(long a, long b);')
        for number in range(self.functions, 0, -1):
            self.function(number)
        self.main()
        return HEAD_GC + '\n'.join(self.gc) + '\n', HEAD_GO + '\n'.join(self.go) + '\n'
