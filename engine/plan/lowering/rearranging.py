"""Forms that move values and compute none: views, slices of a joined map, copies into another order."""

from engine.kernels.fast.places import Place, as_map
from engine.layers.base.lowering import ConcatForm, FlattenForm, ShuffleForm, ViewForm
from engine.plan.builder import StepBuilder
from engine.plan.lowering.registry import lowers
from engine.plan.memory import Operand
from engine.plan.rows import Work, can_deal, copy_row


@lowers(ViewForm)
def view(step: StepBuilder, form: ViewForm) -> Work:
    """A part of the same memory."""
    place, reads = step.plan.maps.operand(step.inputs[0])
    why = "the map is its input"
    channel, top, left = form.origin
    channels, height, width = as_map(step.shape)
    if (height, width) != place.shape[1:]:
        place, why = place.crop(top, left, height, width), "a view of a rectangle"
    if channels != place.shape[0]:
        place, why = place.slice(channel, (channels, height, width)), "a view of some channels"
    step.plan.maps.alias(step.name, Operand(place, reads))
    return Work(algorithm="nothing", why=why)


@lowers(FlattenForm)
def flatten(step: StepBuilder, form: FlattenForm) -> Work:
    """A map as a vector in the order of (C, H, W)."""
    source, reads = step.plan.maps.operand(step.inputs[0])
    _, height, width = source.shape
    values = Place(step.output().address, source.shape, 4, 4 * width, 4 * height * width)
    work = Work(algorithm="copy", why="from channels last to vector order")
    return work.add(copy_row(step.name, source, values, reads))


@lowers(ConcatForm)
def concat(step: StepBuilder, form: ConcatForm) -> Work:
    """Most parts are written straight into their channels; those that live elsewhere are copied."""
    output = step.output()
    waits: list[str] = []
    copies = []
    channel = 0
    for index, source in enumerate(step.inputs):
        place, reads = step.plan.maps.operand(source)
        part = output.slice(channel, place.shape)
        if place.address == part.address and place.pixel == part.pixel:
            waits += reads
        else:
            name = f"{step.name}[{index}]"
            copies.append(copy_row(name, place, part, reads))
            waits.append(name)
        channel += place.shape[0]
    step.plan.maps.alias(step.name, Operand(output, tuple(waits)))
    if copies:
        return Work(algorithm="copy", why=f"{len(copies)} of the parts live elsewhere", phases=[copies])
    return Work(algorithm="slices", why="every part is written straight into its channels")


@lowers(ShuffleForm)
def shuffle(step: StepBuilder, form: ShuffleForm) -> Work:
    """Channels dealt out: group g of the input becomes every `groups`-th channel from g on."""
    source, reads = step.plan.maps.operand(step.inputs[0])
    if can_deal(source, place := step.output(), form.groups):
        work = Work(algorithm="copy", why="channels dealt out, a vector of each group at a time")
        return work.add(copy_row(step.name, source, place, reads, groups=form.groups))
    names = tuple(f"{step.name}[{group}]" for group in range(form.groups))
    output = step.output(*names)
    size = source.shape[0] // form.groups
    part = (size, *source.shape[1:])
    copies = []
    for group, name in enumerate(names):
        first = output.address.plus(group * output.channel)
        dealt = Place(first, part, output.pixel, output.row, form.groups * output.channel)
        copies.append(copy_row(name, source.slice(group * size, part), dealt, reads))
    return Work(algorithm="copy", why="channels dealt out", phases=[copies])
