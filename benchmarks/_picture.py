"""Draws docs/pictures/matching.svg from what quality.py and scale.py measured last: run it after them.

Left: NDCG@10 beside TF-IDF, as a mean over events. Right: processor seconds for everybody's twenty nearest.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from _report import RESULTS
from scale import NAMES

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "matching.svg"
LARGE = 5_000  # below, all are done in a moment
LINE, GAP, BAR, LABEL, PANEL = 20, 14, 13, 260, 600
HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * PANEL} {{height}}" role="img">
<style>text {{{{ font: 13px system-ui, sans-serif; fill: #1c2430 }}}} .h {{{{ font-weight: 600 }}}}
.n {{{{ fill: #55606e }}}} .o {{{{ fill: #1f6f5c }}}} .t {{{{ fill: #b9c2cc }}}}</style>
<title>{{title}}</title><rect width="100%" height="100%" fill="#fff"/>
"""

Bar = tuple[str, float, str, bool]  # label, length, what it says, whether it is ours
Group = tuple[str, Sequence[Bar]]


def main() -> None:
    """Read, draw, write."""
    quality, scale = (json.loads((RESULTS / f"{name}.json").read_text("utf-8")) for name in ("quality", "scale"))
    left, right = list(quality_groups(quality["quality"])), list(scale_groups(scale["nearest"]))
    foot = ("One run on {cores} shared cores. What takes gigabytes also pays for their pages.".format(**scale), ())
    columns = [panel(groups, 20 + PANEL * place) for place, groups in enumerate((left, [*right, foot]))]
    height = max(bottom for _, bottom in columns)
    drawing = HEAD.format(height=height, title="How good match lists are, and what they take")
    PICTURE.write_text(drawing + "".join(lines for lines, _ in columns) + "</svg>\n", encoding="utf-8")


def quality_groups(rows: Sequence[dict]) -> list[Group]:
    """For each kind of profile its ways, as means over events."""
    titles = {"full": "Conferences, headline and about", "headline": "Conferences, headline only", "interests": "Taste"}
    groups = []
    for profile, title in titles.items():
        own = [row for row in rows if row["profile"] == profile]
        ways = dict.fromkeys(row["way"] for row in own)
        means = {way: mean([row["of_tfidf"] for row in own if row["way"] == way]) for way in ways}
        bars = [(way, value / 1.5, f"{value:.3f}", way != "TF-IDF") for way, value in means.items()]
        if bars:
            groups.append((f"{title}: NDCG@10, TF-IDF = 1", bars))
    return groups


def scale_groups(rows: Sequence[dict]) -> list[Group]:
    """For each large crowd what each way takes on one thread."""
    groups = []
    for people in sorted({row["people"] for row in rows if row["people"] >= LARGE}):
        own = [row for row in rows if row["people"] == people and row["method"] != "cluster"]
        longest = max(row["cpu"] for row in own)
        bars = [
            (NAMES[row["method"]], row["cpu"] / longest, f"{row['cpu']:.2f} s", row["method"] in {"plain", "compiled"})
            for row in own
        ]
        groups.append((f"Everybody's 20 nearest of {people:,}: processor seconds", bars))
    return groups


def panel(groups: Sequence[Group], left: int) -> tuple[str, int]:
    """Draw groups of bars below each other; also say where they end."""
    lines, top = [], 10
    for title, bars in groups:
        top += LINE + GAP
        lines.append(f'<text class="h" x="{left}" y="{top - 8}">{escape(title)}</text>')
        for label, length, said, ours in bars:
            width = round(length * (PANEL - LABEL - 90))
            lines.append(f'<text x="{left}" y="{top + BAR - 1}">{escape(label)}</text>')
            shape = f'x="{left + LABEL}" y="{top + 1}" width="{max(width, 2)}" height="{BAR}"'
            lines.append(f'<rect class="{"o" if ours else "t"}" {shape}/>')
            lines.append(f'<text class="n" x="{left + LABEL + width + 8}" y="{top + BAR - 1}">{said}</text>')
            top += LINE
    return "\n".join(lines), top + GAP


def mean(numbers: Sequence[float]) -> float:
    """Add up and divide."""
    return sum(numbers) / len(numbers)


if __name__ == "__main__":
    main()
