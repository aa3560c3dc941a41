"""Inception's 5×5 branch at 14×14×480, directly and after a 1×1."""

from presets.lesson import Lesson
from presets.lessons.bottleneck import bottleneck_lesson

LESSON: Lesson = bottleneck_lesson(
    lesson_id="bottleneck-4a",
    preset="bottleneck_4a",
    module="4a",
    rank=11,
    input_shape=(480, 14, 14),
    out_channels=48,
)
