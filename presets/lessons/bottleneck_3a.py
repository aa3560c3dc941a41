"""Inception's 5×5 branch at 28×28×192, directly and after a 1×1."""

from presets.lesson import Lesson
from presets.lessons.bottleneck import bottleneck_lesson

LESSON: Lesson = bottleneck_lesson(
    lesson_id="bottleneck-3a",
    preset="bottleneck_3a",
    module="3a",
    rank=10,
    input_shape=(192, 28, 28),
    out_channels=32,
)
