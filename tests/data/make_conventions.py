"""Write docs/conventions.md: python -m tests.data.make_conventions

With ``--record`` the peers are asked anew first, which takes a minute and needs them:
pip install torch==2.13.0 jax==0.10.2 autograd==1.9.1 scipy
"""

import argparse
import json

from .conventions_page import PAGE, PEERS, RECORD, page, read_record
from .peer_operations import answers, version
from .special_points import BRANCHES, SPECIAL


def record():
    """The peers' answers now, as RECORD holds them."""
    found = {peer: answers(peer, SPECIAL, BRANCHES) for peer in PEERS}
    return {
        "versions": {peer: version(peer) for peer in PEERS},
        "answers": {
            str(point): {peer: as_text(found[peer][str(point)]) for peer in PEERS}
            for point in [*SPECIAL, *BRANCHES]
        },
    }


def as_text(answer):
    """An answer whose numbers are text: JSON has no nan and no inf."""
    if answer is None or isinstance(answer, str):
        return answer
    value, partials = answer
    return [repr(value), [None if d is None else repr(d) for d in partials]]


def as_json(recorded):
    """JSON with one point a line."""
    lines = ",\n".join(
        f"{json.dumps(point)}: {json.dumps(by_peer)}"
        for point, by_peer in recorded["answers"].items()
    )
    versions = json.dumps(recorded["versions"])
    return f'{{"versions": {versions},\n"answers": {{\n{lines}\n}}}}\n'


def main():
    """Record if asked to, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="ask the peers anew")
    if parser.parse_args().record:
        RECORD.write_text(as_json(record()), encoding="utf-8")
    PAGE.write_text(page(read_record()), encoding="utf-8")


if __name__ == "__main__":
    main()
