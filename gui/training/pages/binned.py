"""A curve of any number of steps, as the means of few bins: it costs the same to draw however long it is."""

from typing import Final

MOST: Final = 400


class Binned:
    """Means over runs of steps; when there are too many of them, two become one."""

    def __init__(self) -> None:
        self.width = 1
        """Steps of a whole bin."""
        self.steps: list[float] = []
        """The last step of each bin."""
        self.means: list[float] = []
        self._counts: list[int] = []

    def add(self, step: float, value: float) -> None:
        """The value of the next step."""
        if not self._counts or self._counts[-1] >= self.width:
            if len(self.steps) >= MOST:
                self._halve()
            self.steps.append(step)
            self.means.append(value)
            self._counts.append(1)
            return
        self._counts[-1] += 1
        self.means[-1] += (value - self.means[-1]) / self._counts[-1]
        self.steps[-1] = step

    def _halve(self) -> None:
        self.width *= 2
        pairs = range(0, len(self.steps) - 1, 2)
        counts = [self._counts[i] + self._counts[i + 1] for i in pairs]
        self.means = [
            (self.means[i] * self._counts[i] + self.means[i + 1] * self._counts[i + 1]) / count
            for i, count in zip(pairs, counts, strict=True)
        ]
        self.steps = [self.steps[i + 1] for i in pairs]
        self._counts = counts
