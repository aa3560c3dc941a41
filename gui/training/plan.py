"""What is to be trained, as the form has it: a value that the thread opens."""

from dataclasses import dataclass, field

from engine.model.network import Network
from engine.training.data import open_data
from engine.training.data.source import Progress
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.tasks.task import only_input
from engine.training.trainer import Trainer


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Names for `task` and `open_data`, and how training goes."""

    task: str = "classify"
    data: str = "digits"
    settings: Settings = field(default_factory=Settings)

    def open(self, network: Network, progress: Progress) -> Trainer:
        """Read the data and make ready; `TrainingError` says what does not fit."""
        _, layer = only_input(network)
        examples = open_data(self.data, layer, self.settings.seed, progress)
        return Trainer(network, task(self.task), examples, self.settings)
