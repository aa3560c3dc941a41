"""Named words at an address, for compiled code: `row.input_pixel` is one load.

A name that the layout does not have does not compile.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, lower_getattr_generic, models, register_model

from engine.kernels.fast.operation_rows import Layout


class Words(types.Type):
    """numba's type of an address at which the words of a layout begin."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        super().__init__(name=f"Words({layout.name})")

    @property
    def key(self) -> Layout:
        """What tells it from other types."""
        return self.layout


@register_model(Words)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, words: Words) -> None:
        super().__init__(manager, words, ir.IntType(64))  # type: ignore[no-untyped-call]  # numba is untyped


@infer_getattr
class _Fields(AttributeTemplate):
    key = Words

    def generic_resolve(self, words: Words, name: str) -> Any:  # type: ignore[override]  # abstract in numba
        if name not in words.layout.words:
            return None
        return types.float32 if name in words.layout.floats else types.int64


@lower_getattr_generic(Words)  # type: ignore[untyped-decorator]  # numba is untyped
def _load(context: Any, builder: Any, words: Words, address: Any, name: str) -> Any:
    kind = ir.FloatType() if name in words.layout.floats else ir.IntType(64)
    place = builder.add(address, ir.Constant(ir.IntType(64), 8 * words.layout.words.index(name)))
    return builder.load(builder.inttoptr(place, kind.as_pointer()))
