#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: archive.sh ARCHIVE NM OBJCOPY AR OBJECT...
# The library of these objects.  All that they share among themselves gets a name that begins with
# gocc__: a program may use every other one.  Debug information keeps the names of the source.
# C's own library is called by names that no program gives to something of its own: 'int open, close;'
# is right in C.  Not where a sanitizer listens, which knows the plain names.
set -e
archive=$1 nm=$2 objcopy=$3 ar=$4
shift 4
folder=$archive.$$
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$folder"
"$nm" -g --defined-only "$@" 2> /dev/null |
    awk 'NF == 3 && $3 !~ /^(gocc_|__wrap_(main$|__tsan_)|__ubsan_|__odr_asan\.gocc_)/ { print $3 }' | sort -u |
    sed -e 's/^__odr_asan\.\(.*\)/& __odr_asan.gocc__\1/;t' -e 's/.*/& gocc__&/' > "$folder/names"
case $archive in
*-asan.a | *-tsan.a) ;;
*)
    for word in close connect daylight fcntl getpid open pipe poll read send timezone tzname write; do
        echo "$word __$word"
    done >> "$folder/names"
    for word in bind kill listen recv shutdown socket; do # runtime/words.c has these
        echo "$word gocc__c_$word"
    done >> "$folder/names"
    ;;
esac
for object; do # the packages and the runtime have files of the same name
    mkdir -p "$folder/$(dirname "$object")"
    "$objcopy" --redefine-syms="$folder/names" "$object" "$folder/$object"
    shift
    set -- "$@" "$folder/$object"
done
"$ar" rcs "$folder/archive" "$@"
mv "$folder/archive" "$archive"
