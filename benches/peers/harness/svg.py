"""As much SVG as the charts need. The same input makes the same bytes."""

from dataclasses import dataclass, field
from html import escape

# No variables: not every program that shows SVG knows them.
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.paper { fill: #ffffff }
.title { font-size: 15px; font-weight: 600 }
.faint { fill: #59636e }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round }
.limit { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 5 4 }
@media (prefers-color-scheme: dark) {
 text { fill: #f0f6fc }
 .paper { fill: #0d1117 }
 .faint { fill: #9198a1 }
 .grid { stroke: #3d444d }
 .limit { stroke: #f0f6fc }
}
"""


def number(value: float) -> str:
    """A length with at most one digit behind the point."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass
class Drawing:
    """A picture of a fixed size; what is drawn later lies above."""

    width: float
    height: float
    describes: str
    """What somebody is told who cannot see it."""
    _elements: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> None:
        self._elements.append(
            f'<text x="{number(x)}" y="{number(y)}" class="{kind}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self._elements.append(f'<line {ends} class="{kind}"/>')

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        box = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self._elements.append(f'<rect {box} rx="2" fill="{colour}"/>')

    def curve(self, points: list[tuple[float, float]], colour: str) -> None:
        joined = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._elements.append(f'<polyline points="{joined}" class="curve" stroke="{colour}"/>')

    def dot(self, x: float, y: float, colour: str) -> None:
        self._elements.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="3" fill="{colour}"/>')

    def document(self) -> str:
        size = f"{number(self.width)} {number(self.height)}"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"'
            f' width="{number(self.width)}" height="{number(self.height)}" role="img">'
        )
        paper = '<rect width="100%" height="100%" rx="6" class="paper"/>'
        title = f"<title>{escape(self.describes)}</title>"
        return "\n".join(
            [head, title, f"<style>{STYLE}</style>", paper, *self._elements, "</svg>", ""]
        )
