"""Runs alone in a limited process: sets one document, read from the standard input, and prints it as PDF."""

from __future__ import annotations

import json
import resource
import sys


def limit(*, memory: int, seconds: int) -> None:
    """Give up memory, time and the right to write files, before anything is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Set the document under the limits."""
    limit(**json.loads(sys.argv[1]))
    import typst

    asked = json.load(sys.stdin)
    inputs = {"data": json.dumps(asked["data"])}
    source = asked["source"].encode()
    # Only the fonts that come with Typst: the same document on every machine.
    document = typst.compile(source, sys_inputs=inputs, pdf_standards=["ua-1"], ignore_system_fonts=True)
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
