#!/usr/bin/env bash
# Instructions per trial of the Durand Line: immune to whatever else the machine does, unlike times.
#
# Counted by callgrind as the difference of two runs, so that loading and lowering cancel.  Valgrind knows no AVX-512, so the
# rows are run as baseline and as AVX2 code.  Instructions are not time: one of AVX2 does up to four trials' work, and takes longer.
#
#   benches/instructions.sh [trials, a multiple of 256; 512 if left out]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind is needed" >&2; exit 1; }

# The first 1,000 trials record their variables as well, which others do not.
few=1280
more=$((few + ${1:-512}))
bench=$(cargo bench --bench durand --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
[ -x "$bench" ] || { echo "the bench was not built" >&2; exit 1; }

count() { # what, level, trials
    ESCALADE_CPU=$2 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" --only "$1" --trials "$3" 2>&1 |
        sed -n 's/.*Collected : //p'
}

printf '%-8s %-9s %21s %12s\n' what level 'instructions/trial' 'over scalar'
scalar=0
for run in 'scalar baseline' 'vector baseline' 'vector avx2' 'engine baseline' 'engine avx2'; do
    read -r what level <<<"$run"
    from=$(count "$what" "$level" "$few")
    to=$(count "$what" "$level" "$more")
    each=$(((to - from) / (more - few)))
    [ "$what" = scalar ] && scalar=$each
    awk -v what="$what" -v level="$level" -v each="$each" -v scalar="$scalar" \
        'BEGIN { printf "%-8s %-9s %21d %12.3f\n", what, level, each, each / scalar }'
done
