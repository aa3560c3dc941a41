"""A process that computes shards: a job comes in, then names of files, and parts go out.

Started by `crew`. Messages have their length before them. When the survey that started it is gone, however it
went, its standard input ends, and so does it.
"""

import os
import struct
import sys
from typing import IO, Final

LENGTH: Final = struct.Struct("<Q")

ASKED: Final = b"s"
SEEN: Final = b"."
PART: Final = b"p"
FAILED: Final = b"f"


def send(file: IO[bytes], kind: bytes, message: bytes = b"") -> None:
    """Write a message of one of the kinds above."""
    file.write(kind + LENGTH.pack(len(message)))
    file.write(message)
    file.flush()


def receive(file: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Read a message; None where there are no more."""
    head = file.read(1 + LENGTH.size)
    if len(head) < 1 + LENGTH.size:
        return None
    size = LENGTH.unpack(head[1:])[0]
    message = file.read(size)
    return (head[:1], message) if len(message) == size else None


def main() -> None:
    """Answer until nobody asks any more."""
    # What anything prints must not come between the messages.
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import json

    from engine.errors import EngineError
    from engine.survey.part import packed, unpacked
    from engine.survey.shard import Job, survey_shard

    first = receive(questions)
    if first is None:
        return
    job = Job.from_arrays(unpacked(first[1]))
    while (asked := receive(questions)) is not None:
        number, names = json.loads(asked[1].decode("utf-8", "surrogatepass"))
        try:
            found = survey_shard(job, number, names, lambda: send(answers, SEEN))
            send(answers, PART, packed(found))
        except EngineError as error:
            send(answers, FAILED, str(error).encode())
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
