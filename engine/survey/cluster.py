"""Shards handed to an existing dask cluster, whole: `pip install onebyone[dask]`.

The workers need the program and the folder of photographs under the same path. Shards are plain functions of
a job and file names, so their numbers, and with them the result, are those of this machine (for the same
kind of processor).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from engine.errors import quoted
from engine.survey.crew import AHEAD, Shard, SurveyError
from engine.survey.part import Part
from engine.survey.shard import SHARD, Job, survey_shard

TIMEOUT: Final = "10s"
"""How long is waited for a scheduler."""


def connect(address: str) -> Any:
    """A client of the scheduler there; `SurveyError` where there is none."""
    try:
        from dask.distributed import Client
    except ImportError:
        raise SurveyError("--dask needs the package dask: pip install 'onebyone[dask]'") from None
    try:
        client: Any = Client
        return client(address, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError) as error:
        reason = quoted(str(error) or type(error).__name__, quotes="")
        raise SurveyError(f"no dask scheduler answers at {quoted(address)}: {reason}") from None


def parts_on_cluster(
    client: Any, job: Job, shards: Iterable[Shard], seen: Callable[[], None]
) -> Iterator[Part]:
    """Of all shards, in their order; `SurveyError` where one fails, or the cluster is gone."""
    waiting: deque[Any] = deque()
    source = iter(shards)
    try:
        there = client.scatter(job, broadcast=True, hash=False)
        while True:
            most = AHEAD * max(1, len(client.scheduler_info()["workers"]))
            while len(waiting) < most and (shard := next(source, None)) is not None:
                number, names = shard
                future = client.submit(survey_shard, there, number, names, pure=False)
                waiting.append((future, min(len(names), SHARD)))
            if not waiting:
                return
            future, count = waiting.popleft()
            part = Part.of(future.result())
            for _ in range(count):
                seen()
            yield part
    except SurveyError:
        raise
    except Exception as error:  # whatever a cluster's many parts raise
        reason = quoted(str(error) or type(error).__name__, quotes="")
        raise SurveyError(f"the dask cluster failed: {reason}") from error
    finally:
        for future, _ in waiting:
            future.cancel()
