"""A plan as a PDF: a chart of its phases and the tasks by heading."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from coach.planning.notes import NO_PROMISE
from coach.planning.values import Plan, Task

LACKING = (
    "Some letters cannot be drawn in this file and stand as boxes; the Markdown file has them all."
)
_BOX = "□"
_FONT = "DejaVu"
_BAR = (63, 108, 175)
_RANGE = (200, 214, 233)
_LABEL_WIDTH = 62.0
_ROW_HEIGHT = 8.0


def to_pdf(plan: Plan) -> bytes:
    """Pages of A4: the phases as bars with their early and late ends, then every task.

    Letters that the font lacks stand as boxes, and a line at the end says so.
    """
    paper = _Paper(plan.title)
    paper.line(plan.title, 15, bold=True)
    hours = plan.preferences.hours_a_week
    paper.line(f"{hours:g} hours a week from {plan.preferences.start}", 10)
    if plan.deadline:
        paper.line(f"Deadline {plan.deadline.on}: {plan.deadline.advice}", 10)
    _chart(paper, plan)
    paper.line(NO_PROMISE, 9)
    for heading, tasks in groupby(plan.tasks, key=lambda task: task.heading):
        paper.pdf.ln(2)
        paper.line(heading, 11, bold=True)
        for task in tasks:
            paper.line(_wording(task, plan), 9)
    paper.pdf.ln(2)
    paper.line("What the figures rest on", 11, bold=True)
    for note in plan.notes:
        paper.line(note.text, 9)
    if paper.lacking:
        paper.pdf.ln(2)
        paper.line(LACKING, 9)
    return bytes(paper.pdf.output())


class _Paper:
    """Pages to write on; ``lacking`` are the letters so far that the font cannot draw."""

    def __init__(self, title: str) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_title(title)
        self.pdf.set_creator("Pathway Coach")
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.pdf.add_font(_FONT, style, _fonts() / name)
        self.pdf.set_auto_page_break(True, margin=15)
        self.pdf.add_page()
        self.lacking: set[str] = set()
        fonts = [font for font in self.pdf.fonts.values() if isinstance(font, TTFFont)]
        self._drawn = set.intersection(*(set(font.cmap) for font in fonts))

    def line(self, text: str, size: int, *, bold: bool = False) -> None:
        """Write a line, over as many as it takes."""
        self.pdf.set_font(_FONT, style="B" if bold else "", size=size)
        text = self.drawable(text)
        self.pdf.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def drawable(self, text: str) -> str:
        """The text with a box for each letter that the font lacks."""
        lacking = {letter for letter in text if ord(letter) not in self._drawn} - set("\r\n\t")
        self.lacking |= lacking
        return text.translate({ord(letter): _BOX for letter in lacking})


def _chart(paper: _Paper, plan: Plan) -> None:
    """A bar a phase, from its first day to its planned end, pale from its early to its late one."""
    pdf = paper.pdf
    # What was done may have ended before the start that the plan has by now.
    first = min(plan.preferences.start, *(one.early for one in plan.milestones))
    days = max((max(one.late for one in plan.milestones) - first).days, 1)
    width = pdf.epw - _LABEL_WIDTH
    begin = first
    for milestone in plan.milestones:
        top = pdf.get_y() + 2
        pdf.set_font(_FONT, size=8)
        pdf.set_xy(pdf.l_margin, top)
        label = paper.drawable(f"{milestone.phase}. {milestone.name}")
        while pdf.get_string_width(label) > _LABEL_WIDTH - 4:
            label = label[:-2].rstrip() + "…"
        pdf.cell(_LABEL_WIDTH, _ROW_HEIGHT - 3, label)
        for start, end, colour in (
            (milestone.early, milestone.late, _RANGE),
            (begin, milestone.planned, _BAR),
        ):
            left = pdf.l_margin + _LABEL_WIDTH + (start - first).days / days * width
            pdf.set_fill_color(*colour)
            length = max((end - start).days / days * width, 0.5)
            pdf.rect(left, top + (0 if colour == _BAR else 1), length, 3, style="F")
        pdf.set_y(top + _ROW_HEIGHT - 2)
        dates = f"{milestone.planned} (between {milestone.early} and {milestone.late})"
        pdf.set_x(pdf.l_margin + _LABEL_WIDTH)
        pdf.set_font(_FONT, size=7)
        pdf.cell(width, 3, dates, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        begin = milestone.planned
    pdf.ln(3)


def _wording(task: Task, plan: Plan) -> str:
    box = "☑" if task.done or (task.taken_off and not task.left_out) else "☐"
    hours = f" · about {task.hours:.0f} h" if task.hours else ""
    reason = f" {task.taken_off}" if task.taken_off else ""
    source = f"{plan.guide}, line {task.source.first_line}"
    return f"{box} {task.start} to {task.end}{hours}: {task.text}{reason} [{source}]"


def _fonts() -> Path:
    """The folder of fonts that hold most alphabets, which come with Matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
