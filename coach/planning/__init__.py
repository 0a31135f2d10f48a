"""Plans: a guide and a person's time give dated tasks, each with the place it comes from."""

from coach.domain import Adjustment, DaysOff, HeldSkill, Level, Preferences, Tick
from coach.planning.building import build
from coach.planning.values import Deadline, DeadlineFit, Milestone, Note, Plan, Task, TaskKind, Week

__all__ = [
    "Adjustment",
    "DaysOff",
    "Deadline",
    "DeadlineFit",
    "HeldSkill",
    "Level",
    "Milestone",
    "Note",
    "Plan",
    "Preferences",
    "Task",
    "TaskKind",
    "Tick",
    "Week",
    "build",
]
