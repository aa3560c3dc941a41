"""The fast engine's kernels: vector primitives emitted as LLVM IR, and the interpreter of a plan's rows.

Maps live in NHWC ("channels last") buffers whose pixel stride is rounded up to whole vectors, so that every
inner loop runs over channels with full-width loads. The lanes beyond the last channel hold anything: no
kernel lets them reach a real channel.

`host` chooses the vector width; `vector_ir` speaks LLVM; `gemm`, `plain_gemm`, `winograd`, `windows` and
`elementwise` hold the register-blocked micro-kernels; `columns` names the fields of a row; the `*_tasks`
modules do one task of a row; the `library` compiles all of them, a `second_compiler` helping; `interpreter`
walks the table on every thread of a `team`.

Importing `host`, `columns`, `points` and `packing` is cheap; the others import numba.
"""
