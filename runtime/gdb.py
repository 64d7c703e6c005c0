# SPDX-License-Identifier: MIT
"""Goroutines in gdb 11 or later, in processes and in core files.

    (gdb) source PREFIX/lib/gocc/gdb.py
    info goroutines          all of them: state, and where in the program
    goroutine ID [COMMAND]   select one, or run a command as if it were selected
    goroutine all COMMAND    run a command in each
    goroutine                back to the thread

Nothing is written into the process: while a goroutine that is parked is selected, frame 0 is that of
the thread, and an unwinder says that the goroutine's saved registers are those of its caller.
"""
import os

import gdb
from gdb.unwinder import Unwinder, register_unwinder

G_FRESH, G_RUNNABLE, G_RUNNING, G_WAITING = 1, 2, 3, 4

# What rt_switch() leaves at the saved stack pointer, and how long that is.
SAVED = {
    'i386:x86-64': ('rip', 'rsp', ['r15', 'r14', 'r13', 'r12', 'rbx', 'rbp'], 48),
    'aarch64': ('pc', 'sp', ['x29', 'x30'] + [f'x{n}' for n in range(19, 29)], 160),
}


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class Parked(Unwinder):
    """Makes a parked goroutine the caller of the frame in which a thread has stopped."""

    def __init__(self):
        super().__init__('gocc-goroutine')
        self.g = self.past_main = None

    def go_past_main(self):
        """gdb looks for no caller of main, in which the thread may have stopped."""
        if self.past_main is None:
            self.past_main = gdb.parameter('backtrace past-main')
            gdb.execute('set backtrace past-main on')

    def stop_at_main(self):
        if self.past_main is False:
            gdb.execute('set backtrace past-main off')
        self.past_main = None

    def select(self, g):
        self.g = None
        self.go_past_main()
        gdb.invalidate_cached_frames()
        newest = gdb.newest_frame()
        self.at = int(newest.read_register('pc')), int(newest.read_register('sp'))
        self.g = g
        gdb.invalidate_cached_frames()

    def clear(self):
        self.g = None
        self.stop_at_main()
        gdb.invalidate_cached_frames()

    def __call__(self, pending):
        if self.g is None:
            return None
        here = int(pending.read_register('pc')), int(pending.read_register('sp'))
        if here != self.at:
            return None
        pc, sp, names, size = SAVED[pending.architecture().name()]
        word = gdb.lookup_type('unsigned long')
        base = int(self.g['ctx']['sp'])
        # Just below the goroutine's frames, or gdb takes them for a stack that is damaged.
        unwound = pending.create_unwind_info(
            FrameId(gdb.Value(base - 16).cast(word), gdb.Value(here[0]).cast(word)))
        saved = gdb.Value(base).cast(word.pointer())
        for i, name in enumerate(names):
            unwound.add_saved_register(name, saved[i])
        unwound.add_saved_register(sp, gdb.Value(base + size).cast(word))
        unwound.add_saved_register(pc, self.g['ctx']['pc'].cast(word))
        return unwound


parked = Parked()
register_unwinder(None, parked, replace=True)
gdb.events.cont.connect(lambda event: parked.clear())


# ---- the runtime's variables, also those that only one of its files knows ----

def file_of(function):
    symbol = gdb.lookup_global_symbol(function)
    if symbol is None:
        raise gdb.GdbError('no goroutines here: there is no libgocc with debug information')
    return symbol.symtab


def variable(function, name):
    """The static variable of the file that defines this function."""
    block = gdb.lookup_global_symbol(function) and file_of(function).static_block()
    for symbol in block or ():
        if symbol.name == name:
            return symbol.value()
    raise gdb.GdbError(f'no {name} beside {function}(): is the program of another version?')


def place_in_slot(slot):
    """How far below its slot's end a G lies: slot_g() of stack.c."""
    return ((gdb.lookup_type('struct g').sizeof + 63) & ~63) + slot % 16 * 128


def with_stack():
    g_type = gdb.lookup_type('struct g').pointer()
    slab = variable('stack_each_g', 'pool')['all']
    while int(slab):
        stride, base = int(slab['cls']['stride']), int(slab['base'])
        for slot in range(int(slab['used'])):
            g = gdb.Value(base + (slot + 1) * stride - place_in_slot(slot)).cast(g_type).dereference()
            if int(g['state']) in (G_RUNNABLE, G_RUNNING, G_WAITING) and not int(g['system']):
                yield g
        slab = slab['all']


def without_stack():
    """Those that have not run yet."""
    chunk = variable('sched_each_g', 'pool')['chunks']
    while int(chunk):
        for i in range(512):
            if int(chunk['r'][i]['state']) == G_FRESH:
                yield chunk['r'][i]
        chunk = chunk['next']


def goroutines():
    file_of('stack_each_g')
    return sorted([*with_stack(), *without_stack()], key=lambda g: int(g['id']))


def thread_of(g):
    tid = int(g['m']['tid'])
    for thread in gdb.selected_inferior().threads():
        if thread.ptid[1] == tid:
            return thread
    return None


def state_of(g):
    state = int(g['state'])
    if state == G_WAITING:
        return variable('trace_wait_name', 'wait_names')[int(g['wait'])].string()
    if state == G_RUNNING:
        return f'running ({int(g["m"]["tid"])})'
    return 'runnable'


# ---- frames ----

def own_folders():
    runtime = os.path.dirname(file_of('stack_each_g').fullname())
    return runtime, os.path.join(os.path.dirname(runtime), 'stdlib')


def is_of_library(frame, folders):
    name, symtab = frame.name() or '', frame.find_sal().symtab
    if symtab is not None and symtab.fullname().startswith(folders):
        return True
    return name in ('rt_switch', 'rt_entry') or name.startswith('gocc__')


def program_frame():
    """Of a parked goroutine the newest that is not the runtime's."""
    first = gdb.newest_frame()
    if parked.g is None:
        return first
    first = first.older() or first
    folders, frame = own_folders(), first
    while frame is not None and is_of_library(frame, folders):
        frame = frame.older()
    return frame if frame is not None else first


class Selected:
    """with Selected(g): frames are those of the goroutine."""

    def __init__(self, g, keep=False):
        self.g, self.keep = g, keep

    def __enter__(self):
        self.thread, self.was = gdb.selected_thread(), parked.g
        if int(self.g['state']) != G_RUNNING:
            parked.select(self.g)
        else:
            parked.clear()
            thread = thread_of(self.g)
            if thread is not None:
                thread.switch()
        program_frame().select()

    def __exit__(self, kind, *rest):
        if self.keep and kind is None:
            return
        self.thread.switch()
        if self.was is not None:
            parked.select(self.was)
        else:
            parked.clear()


def not_begun(g):
    return int(g['state']) == G_FRESH


def place(g):
    if not_begun(g):
        return 'not started, at ' + str(g['fn']).split(' ', 1)[-1]
    with Selected(g):
        frame = gdb.selected_frame()
        sal = frame.find_sal()
        where = f' at {sal.symtab.filename}:{sal.line}' if sal.symtab else ''
        return f'{frame.name() or "??"} (){where}'


class InfoGoroutines(gdb.Command):
    """All goroutines of the program: number, state, and the newest frame that is the program's."""

    def __init__(self):
        super().__init__('info goroutines', gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        for g in goroutines():
            mark = '*' if parked.g is not None and g.address == parked.g.address else ' '
            print(f'{mark} {int(g["id"]):<6} {state_of(g):<22} {place(g)}')


class Goroutine(gdb.Command):
    """goroutine ID [COMMAND]: select a goroutine until the program goes on, or only for one command.
goroutine all COMMAND: the command in each of them.  goroutine: back to the thread.
Frame 0 remains that of the thread; those from 1 on are the goroutine's, if it does not run."""

    def __init__(self):
        super().__init__('goroutine', gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        words = argument.split(None, 1)
        if not words:
            parked.clear()
            gdb.execute('frame', from_tty)
        elif words[0] == 'all' and len(words) == 2:
            for g in goroutines():
                print(f'\ngoroutine {int(g["id"])} [{state_of(g)}]:')
                self.execute(g, words[1], from_tty)
        else:
            self.one(words, from_tty)

    def one(self, words, from_tty):
        wanted = int(gdb.parse_and_eval(words[0]))
        for g in goroutines():
            if int(g['id']) != wanted:
                continue
            if len(words) == 2:
                self.execute(g, words[1], from_tty)
            elif not_begun(g):
                raise gdb.GdbError(f'goroutine {wanted} has not run yet, it has no stack')
            else:
                with Selected(g, keep=True):
                    gdb.execute('frame', from_tty)
            return
        raise gdb.GdbError(f'there is no goroutine {wanted}; see "info goroutines"')

    def execute(self, g, command, from_tty):
        if not_begun(g):
            print(place(g))
            return
        with Selected(g):
            gdb.execute(command, from_tty)


InfoGoroutines()
Goroutine()
