"""A plan as a PDF: a chart of its phases and the tasks by heading."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from coach.planning.values import Plan, Task

_FONT = "DejaVu"
_BAR = (63, 108, 175)
_RANGE = (200, 214, 233)
_LABEL_WIDTH = 62.0
_ROW_HEIGHT = 8.0


def to_pdf(plan: Plan) -> bytes:
    """Pages of A4: the phases as bars with their early and late ends, then every task."""
    pdf = FPDF(format="A4")
    pdf.set_title(plan.title)
    pdf.set_creator("Pathway Coach")
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        pdf.add_font(_FONT, style, _fonts() / name)
    pdf.set_auto_page_break(True, margin=15)
    pdf.add_page()
    _line(pdf, plan.title, 15, bold=True)
    hours = plan.preferences.hours_a_week
    _line(pdf, f"{hours:g} hours a week from {plan.preferences.start}", 10)
    if plan.deadline:
        _line(pdf, f"Deadline {plan.deadline.on}: {plan.deadline.advice}", 10)
    _chart(pdf, plan)
    for heading, tasks in groupby(plan.tasks, key=lambda task: task.heading):
        pdf.ln(2)
        _line(pdf, heading, 11, bold=True)
        for task in tasks:
            _line(pdf, _wording(task, plan), 9)
    pdf.ln(2)
    _line(pdf, "What the figures rest on", 11, bold=True)
    for note in plan.notes:
        _line(pdf, note.text, 9)
    return bytes(pdf.output())


def _chart(pdf: FPDF, plan: Plan) -> None:
    """A bar a phase, from its first day to its planned end, pale from its early to its late one."""
    first = plan.preferences.start
    days = max((plan.milestones[-1].late - first).days, 1)
    width = pdf.epw - _LABEL_WIDTH
    begin = first
    for milestone in plan.milestones:
        top = pdf.get_y() + 2
        pdf.set_font(_FONT, size=8)
        pdf.set_xy(pdf.l_margin, top)
        label = f"{milestone.phase}. {milestone.name}"
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
    box = "☑" if task.done or task.taken_off else "☐"
    hours = f" · about {task.hours:.0f} h" if task.hours else ""
    reason = f" {task.taken_off}" if task.taken_off else ""
    source = f"{plan.guide}, line {task.source.first_line}"
    return f"{box} {task.start} to {task.end}{hours}: {task.text}{reason} [{source}]"


def _line(pdf: FPDF, text: str, size: int, *, bold: bool = False) -> None:
    pdf.set_font(_FONT, style="B" if bold else "", size=size)
    pdf.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _fonts() -> Path:
    """The folder of fonts that hold most alphabets, which come with Matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
