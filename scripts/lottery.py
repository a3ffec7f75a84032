"""Computes lottery numbers again, with nothing but Python: python3 scripts/lottery.py CALL.json ANSWER.json

Says whether the lottery level of the answer is the sum of the numbers of its placements, and with --secret and
--commitment whether the revealed secret is the one that was promised. Exit code 1 if not.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path


def number(seed: str, applicant: str, visit: str) -> int:
    """The first 20 bits of SHA-256(seed|applicant|visit)."""
    return int(hashlib.sha256(f"{seed}|{applicant}|{visit}".encode()).hexdigest()[:5], 16)


def main() -> int:
    """Compare; 0 if everything is as published."""
    parser = argparse.ArgumentParser()
    parser.add_argument("call", type=Path)
    parser.add_argument("answer", type=Path)
    parser.add_argument("--secret")
    parser.add_argument("--commitment")
    asked = parser.parse_args()
    seed = json.loads(asked.call.read_text("utf-8"))["seed"]
    answer = json.loads(asked.answer.read_text("utf-8"))
    total = sum(number(seed, applicant, visit) for applicant, visit in answer["placements"])
    right = total == answer["levels"]["lottery"]
    sys.stdout.write(f"{total} {'as' if right else 'NOT as'} published\n")
    if asked.secret is not None:
        kept = hashlib.sha256(asked.secret.encode()).hexdigest() == asked.commitment
        sys.stdout.write(f"the secret is {'' if kept else 'NOT '}the promised one\n")
        right = right and kept
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
