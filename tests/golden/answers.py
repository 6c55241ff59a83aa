"""What the rules of the tree on the path say about a file of lives: one line of JSON an evaluation.

python tests/golden/answers.py LIVES, with PYTHONPATH set to the tree whose rules are asked.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rehab.clinical.codec import decode, plain
from rehab.clinical.evaluate import evaluate


def answers(lives: Path) -> Iterator[str]:
    with lives.open() as lines:
        for line in lines:
            life = json.loads(line)
            history, plan = decode(life["case"])
            for moment in life["moments"]:
                said: Any
                try:
                    said = plain(evaluate(history, plan, datetime.fromisoformat(moment)))
                except Exception as error:  # a refusal is an answer too
                    said = repr(error)
                yield json.dumps([life["name"], moment, said])


if __name__ == "__main__":
    for answer in answers(Path(sys.argv[1])):
        print(answer)
