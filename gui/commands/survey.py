"""`onebyone survey`: a folder of photographs through a network, and what its channels answer to."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import EngineError, FormatError, quoted
from engine.execution.executor import Executor
from engine.formats.files import write_bytes
from engine.formats.weights.npz import ENDING, save_arrays
from engine.model.project import Project
from engine.shapes import count_text
from gui.commands.command import Command, Parser, UsageError, file_name, report_problems, say
from gui.commands.networks import add_network, add_seed, find_network

HTML: Final = ".html"
KEPT: Final = ".part"
"""Added to the output's name: where it goes on after it was ended."""


def _add_arguments(parser: Parser) -> None:
    from engine.survey.outcome import KEYS

    add_network(parser)
    add_seed(parser)
    parser.add_argument(
        "--images",
        metavar="FOLDER",
        type=file_name,
        required=True,
        help="its files and those of its subfolders",
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT.npz|OUT.html", type=_output, required=True,
        help="numbers for programs, or a page to read",
    )  # fmt: skip
    parser.add_argument("--layers", metavar="ID,…", help="only these (all of them)")
    parser.add_argument("--top", metavar="N", type=_kept, default=9, help="strongest patches a channel (9)")
    parser.add_argument("--against", metavar="NET", help="another network: CKA between the layers of both")
    parser.add_argument(
        "--threads", metavar="N", type=_threads, help="processes of one core each (all cores)"
    )
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="hand the shards to this scheduler, as in tcp://host:8786"
    )
    parser.epilog = (
        f"Goes on where it was ended: that is kept in the output's name with {KEPT}. Names in the .npz: "
        + "; ".join(f"{name}: {text}" for name, text in KEYS.items())
    ).replace("%", "%%")


def _run(arguments: argparse.Namespace) -> int:
    from engine.survey.outcome import outcome_arrays
    from engine.survey.shard import Job
    from engine.survey.survey import Listener, drop_kept, survey
    from engine.survey.surveyed import Surveyed

    folder: Path = arguments.images
    output: Path = arguments.output
    if not folder.is_dir():
        raise UsageError(f"--images: {quoted(folder)} is no folder")
    named = [find_network(arguments.net, arguments.input)]
    if arguments.against is not None:
        named.append(find_network(arguments.against))
    seeds = [each.project.seed if arguments.seed is None else arguments.seed for each in named]
    layers = None if arguments.layers is None else [one.strip() for one in arguments.layers.split(",")]
    networks: list[tuple[Project, int, Surveyed]] = []
    for number, (each, seed) in enumerate(zip(named, seeds, strict=True)):
        try:
            surveyed = Surveyed(each.project.network, layers if number == 0 else None)
        except EngineError as error:
            raise UsageError(str(error)) from None
        Executor().check(each.project.network, surveyed.layers)
        networks.append((each.project, seed, surveyed))
    job = Job.of(folder, networks, arguments.top)
    kept = output.with_name(output.name + KEPT)
    progress = _Progress()
    began = time.perf_counter()
    try:
        found = survey(
            job,
            threads=arguments.threads,
            dask=arguments.dask,
            kept=kept,
            listener=Listener(progress=progress, note=say),
        )
    finally:
        progress.end()
    elapsed = time.perf_counter() - began
    described = [(each.name, each.project.network, one[2]) for each, one in zip(named, networks, strict=True)]
    arrays = outcome_arrays(found.part, folder, described, seeds)
    if output.suffix.lower() == HTML:
        from gui.commands.survey_page import survey_page

        write_bytes(output, survey_page(arrays, folder, named[0].project).encode())
    else:
        save_arrays(output, arrays)
    drop_kept(kept)
    for name, reason in found.part.skipped[:20]:
        say(f"skipped {quoted(name, quotes='')}: {reason}")
    count, named_count = found.part.skipped_count, len(found.part.skipped)
    if count > 20:
        listed = "all are" if count == named_count else f"the first {named_count:,} are"
        say(f"and {count - 20:,} more; {listed} listed in the output")
    skipped = f", {count_text(count, 'file')} skipped" if count else ""
    looked = progress.looked
    print(
        f"{named[0].name}: {count_text(found.part.opened, 'photograph')}{skipped}, "
        f"{count_text(len(networks[0][2].layers), 'layer')}, {elapsed:.1f} s"
        f" ({looked / max(elapsed, 1e-9):.1f} a second), {output.name}"
    )
    return report_problems(named[0].project.network, analyze(named[0].project.network))


class _Progress:
    """A line on standard error that is written over on a terminal, and now and then elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._first: int | None = None
        self.looked = 0
        """Files that were looked at, those of an earlier go not counted."""

    def __call__(self, done: int, total: int) -> None:
        if self._first is None:
            self._first = done
        self.looked = done - self._first
        now = time.monotonic()
        if now - self._last < (0.1 if self._is_terminal else 5.0) and done < total:
            return
        self._last = now
        rate = self.looked / max(now - self._began, 1e-9)
        text = f"onebyone: {done:,} of {total:,} files, {rate:.1f} a second"
        sys.stderr.write(f"\r\x1b[K{text}" if self._is_terminal else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _output(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (ENDING, HTML):
        raise argparse.ArgumentTypeError(f"{quoted(text)} must end in {ENDING} or {HTML}")
    if not path.parent.is_dir():
        raise FormatError(f"cannot write {quoted(text)}: there is no folder {quoted(path.parent)}")
    return path


def _whole(least: int, most: int, what: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > 9 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is no number of {what} from {least} to {most}")
        return int(text)

    return read


_kept = _whole(1, 100, "patches")
_threads = _whole(1, 256, "processes")


COMMAND: Final = Command(
    name="survey",
    help="A folder of photographs through a network: strongest patches, statistics, spectra, CKA",
    add_arguments=_add_arguments,
    run=_run,
)
