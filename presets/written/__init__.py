"""Lessons written as text: `NAME.lesson.md` → the same `Lesson` values as those in `presets.lessons`.

`document` cuts the text into steps and blocks; `layer_line`, `places`, `expression`, `goals` and `edits` each
read one little language in them; `lesson_file` joins the parts. Nothing that stands in a file is executed.
"""
