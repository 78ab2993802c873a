"""What a benchmark leaves behind: a table for people, a JSON file for programs."""

import json
import os
import platform
import resource
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
STATUS = Path("/proc/self/status")


def machine() -> dict[str, Any]:
    """Say where and when this was measured, and how busy the machine was."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def peak_mb() -> float:
    """The most memory this process had at once; on Linux without what its parent had when it began."""
    if STATUS.exists():
        return (
            next(float(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM")) / 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a Markdown table that also reads well in a terminal."""
    cells = [[*columns], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def keep(name: str, value: dict[str, Any]) -> None:
    """Write the figures to results/NAME.json."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
