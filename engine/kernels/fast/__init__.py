"""The fast engine's kernels: vector primitives emitted as LLVM IR, and the interpreter of a plan's rows.

Maps live in NHWC ("channels last") buffers whose pixel stride is rounded up to whole vectors, so that every
inner loop runs over channels with full-width loads. The lanes beyond the last channel hold anything: no
kernel lets them reach a real channel.

`host` chooses the vector width; `operations` declares what plans are made of, and the rows that stand for it;
`emit` is what compiled code is written with, and how kernels are declared; `micro_kernels` holds the inner
loops, `tasks` what does a part of one operation; the `library` compiles all of them, a `second_compiler`
helping; `interpreter` walks the table of rows on every thread of a `team`.

Importing `host`, `operations`, `places`, `points` and `packing` is cheap; the others import numba.
"""
