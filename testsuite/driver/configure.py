# SPDX-License-Identifier: MIT
"""What a configuration finds out is the same with gcc, gocc and `gocc -x gc`."""
from harness import *

CMAKE = '''cmake_minimum_required(VERSION 3.13)
project(p C)
include(CheckIncludeFile)
include(CheckFunctionExists)
include(CheckSymbolExists)
include(CheckTypeSize)
include(CheckStructHasMember)
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckCSourceRuns)
include(CheckIPOSupported)
include(CheckLibraryExists)
include(CheckLinkerFlag)
include(TestBigEndian)
find_package(Threads)
check_include_file(sys/epoll.h HAVE_EPOLL)
check_include_file(nothing.h HAVE_NOTHING)
check_function_exists(fork HAVE_FORK)
check_function_exists(select HAVE_SELECT)
check_function_exists(no_such_function HAVE_NO)
check_symbol_exists(O_CLOEXEC fcntl.h HAVE_O_CLOEXEC)
check_symbol_exists(close unistd.h HAVE_CLOSE)
check_type_size("long double" SIZEOF_LONG_DOUBLE)
check_type_size(__int128 SIZEOF_INT128)
check_type_size(chan SIZEOF_CHAN)
check_struct_has_member("struct stat" st_mtim sys/stat.h HAVE_MTIM)
check_library_exists(m cos "" HAVE_LIBM)
foreach(flag -Wall -Wno-bogus -Wbogus -fbogus -fPIC -fstack-protector-strong -mavx2 -std=c2x -Wthread-safety)
  string(MAKE_C_IDENTIFIER "flag${flag}" name)
  check_c_compiler_flag(${flag} ${name})
endforeach()
check_linker_flag(C -Wl,--as-needed LINK_AS_NEEDED)
check_linker_flag(C -Wl,--bogus LINK_BOGUS)
check_c_source_compiles("int main(void) { return ({ 0; }); }" STATEMENT_EXPRESSIONS)
check_c_source_compiles("int main(void) { error }" SYNTAX)
check_c_source_compiles("#include <stdatomic.h>\\nint main(void) { _Atomic int x = 0; return x; }" ATOMICS)
check_c_source_runs("int main(void) { return 0; }" RUNS)
check_c_source_runs("int main(void) { return 3; }" FAILS)
check_ipo_supported(RESULT IPO OUTPUT why LANGUAGES C)
test_big_endian(BIG_ENDIAN)
get_property(features GLOBAL PROPERTY CMAKE_C_KNOWN_FEATURES)
file(WRITE ${CMAKE_BINARY_DIR}/found "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} ${IPO}
${CMAKE_C_IMPLICIT_INCLUDE_DIRECTORIES} ${CMAKE_C_IMPLICIT_LINK_LIBRARIES} ${CMAKE_C_IMPLICIT_LINK_DIRECTORIES}
${CMAKE_C_COMPILE_FEATURES} ${CMAKE_C_STANDARD_COMPUTED_DEFAULT} ${CMAKE_C_COMPILER_ABI} ${CMAKE_SIZEOF_VOID_P}
${CMAKE_THREAD_LIBS_INIT} ${CMAKE_C_ABI_COMPILER} ${CMAKE_C_BYTE_ORDER}\\n")
'''

MESON = '''project('p', 'c', default_options: ['c_std=gnu11', 'warning_level=3'])
cc = meson.get_compiler('c')
conf = configuration_data()
foreach h : ['sys/epoll.h', 'nothing.h', 'stdatomic.h']
  conf.set10('header ' + h, cc.has_header(h))
endforeach
foreach f : ['fork', 'select', 'close', 'no_such_function', '__builtin_expect']
  conf.set10('function ' + f, cc.has_function(f))
endforeach
foreach t : ['long double', '__int128', 'struct nothing', 'chan']
  conf.set('size ' + t, cc.sizeof(t))
endforeach
foreach a : ['-Wall', '-Wbogus', '-Wno-bogus', '-fbogus', '-fPIC', '-mavx2', '-Wthread-safety']
  conf.set10('argument ' + a, cc.has_argument(a))
endforeach
foreach a : ['-Wl,--as-needed', '-Wl,--bogus']
  conf.set10('link ' + a, cc.has_link_argument(a))
endforeach
foreach a : ['packed', 'weak', 'ifunc', 'constructor', 'visibility']
  conf.set10('attribute ' + a, cc.has_function_attribute(a))
endforeach
conf.set10('compiles', cc.compiles('int x = ({ 0; });'))
conf.set10('good', cc.compiles('int main(void) { return ({ 0; }); }'))
conf.set10('links', cc.links('int main(void) { extern int f(void); return f(); }'))
conf.set('runs', cc.run('int main(void) { return 3; }').returncode())
conf.set10('member', cc.has_member('struct stat', 'st_mtim', prefix: '#include <sys/stat.h>'))
conf.set10('symbol', cc.has_header_symbol('fcntl.h', 'O_CLOEXEC'))
conf.set('alignment', cc.alignment('long double'))
conf.set('define', cc.get_define('__STDC_VERSION__'))
conf.set('computed', cc.compute_int('sizeof(long) * 3'))
conf.set10('libm', cc.find_library('m', required: false).found())
conf.set10('libbogus', cc.find_library('bogus', required: false).found())
conf.set('id', cc.get_id() + cc.version() + cc.get_linker_id() + cc.get_argument_syntax())
conf.set('threads', dependency('threads').found())
configure_file(output: 'found.h', configuration: conf)
executable('p', 'p.c')
'''

AUTOCONF = '''AC_INIT([p], [1])
AC_CONFIG_HEADERS([config.h])
AC_PROG_CC
AC_USE_SYSTEM_EXTENSIONS
AC_C_INLINE
AC_C_CONST
AC_C_RESTRICT
AC_C_VOLATILE
AC_C_BIGENDIAN
AC_C_FLEXIBLE_ARRAY_MEMBER
AC_C_TYPEOF
AC_C_VARARRAYS
AC_SYS_LARGEFILE
AC_FUNC_ALLOCA
AC_FUNC_MMAP
AC_FUNC_SELECT_ARGTYPES
AC_HEADER_DIRENT
AC_HEADER_MAJOR
AC_TYPE_SIZE_T
AC_TYPE_INT64_T
AC_TYPE_LONG_DOUBLE_WIDER
AC_STRUCT_TM
AC_CHECK_HEADERS([sys/epoll.h nothing.h threads.h])
AC_CHECK_FUNCS([select close fork no_such_function range make])
AC_CHECK_DECLS([environ, O_CLOEXEC], [], [], [[#include <fcntl.h>]])
AC_CHECK_TYPES([__int128, chan, struct nothing])
AC_CHECK_SIZEOF([long double])
AC_CHECK_SIZEOF([chan])
AC_CHECK_MEMBERS([struct stat.st_mtim])
AC_CHECK_LIB([m], [cos])
AC_SEARCH_LIBS([no_such_function], [m])
AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [[error]])], [AC_DEFINE([SYNTAX], 1, [x])])
AC_RUN_IFELSE([AC_LANG_PROGRAM([], [[return 3;]])], [AC_DEFINE([RUNS], 1, [x])])
AC_OUTPUT
'''


def need(program):
    if not shutil.which(program):
        raise Skip('no ' + program)


def with_each_compiler(configure):
    """configure(folder, compiler as a list) is the text that was found out."""
    want = configure('found0', ['gcc'])
    for number, cc in enumerate(([GOCC], [GOCC, '-x', 'gc']), 1):
        got = configure(f'found{number}', cc)
        wrong = [line for line in zip(got.splitlines(), want.splitlines()) if line[0] != line[1]]
        same((wrong[:5], len(got)), ([], len(want)), cc)


def finish(p):
    same(p.returncode, 0, p.stdout[-1500:] + p.stderr[-1500:])


@test
def cmake_finds_the_same():
    need('cmake'), write('CMakeLists.txt', CMAKE)

    def configure(folder, cc):
        write(folder + '/cc', '#!/bin/sh\nexec ' + ' '.join(cc) + ' "$@"\n', 0o755)
        finish(run('cmake', '-S', '.', '-B', folder, f'-DCMAKE_C_COMPILER={os.path.abspath(folder)}/cc'))
        cache = read(folder + '/CMakeCache.txt').decode()
        found = re.findall(r'^\w+:INTERNAL=.*', cache, re.M)
        found.append(re.sub(r';[^;\n]*/(runtime|stdlib)\b', '', read(folder + '/found').decode()))
        return '\n'.join(line.replace(folder, 'folder') for line in found)
    with_each_compiler(configure)


@test
def meson_finds_the_same():
    need('meson'), need('ninja')
    write('meson.build', MESON), write('p.c', 'int main(void) { return 0; }\n')

    def configure(folder, cc):
        finish(run('meson', 'setup', folder, env={'CC': ' '.join(cc)}))
        finish(run('ninja', '-C', folder))
        return read(folder + '/found.h').decode()
    with_each_compiler(configure)


@test
def autoconf_finds_the_same():
    need('autoconf'), write('configure.ac', AUTOCONF)
    finish(run('autoconf')), finish(run('autoheader'))
    write('config.guess', '#!/bin/sh\necho x86_64-pc-linux-gnu\n', 0o755)
    write('config.sub', '#!/bin/sh\necho x86_64-pc-linux-gnu\n', 0o755)
    write('install-sh', '#!/bin/sh\n', 0o755)

    def configure(folder, cc):
        os.mkdir(folder)
        finish(run('sh', '-c', f'cd {folder} && ../configure CC="{" ".join(cc)}"'))
        text = run('sh', '-c', f'grep ^ac_cv_ {folder}/config.log').stdout
        cache = re.sub(r'(?m)^ac_cv_(env_|prog_CC|prog_CPP|prog_ac_ct|path_).*\n', '', text)
        return read(folder + '/config.h').decode() + cache
    with_each_compiler(configure)
