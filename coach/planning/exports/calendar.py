"""A plan as iCalendar (RFC 5545), for real calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from coach.planning.notes import NO_PROMISE
from coach.planning.values import Milestone, Plan, Task

PRODUCT = "-//Pathway Coach//Plan//EN"


def to_calendar(plan: Plan, now: datetime) -> bytes:
    """All-day events for every task and the end of each phase.

    An event keeps its UID as long as its task does, and ``now`` makes a later export the newer one,
    so that a second import moves events and adds none. What is done or need not be done says so,
    and what is left out is cancelled, for an event that were missing would stay in the calendar.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plan.title)
    calendar.add("x-wr-timezone", plan.preferences.time_zone)
    for task in plan.tasks:
        calendar.add_component(_task_event(task, plan, now))
    for milestone in plan.milestones:
        calendar.add_component(_milestone_event(milestone, plan, now))
    return bytes(calendar.to_ical())


def _task_event(task: Task, plan: Plan, now: datetime) -> Event:
    assert task.start
    assert task.end
    event = _event(f"{task.id}@pathway-coach", now)
    covered = task.done or (task.taken_off and not task.left_out)
    event.add("summary", f"Done: {task.text}" if covered else task.text)
    if task.left_out and not task.done:
        event.add("status", "CANCELLED")
    event.add("dtstart", task.start)
    event.add("dtend", task.end + timedelta(days=1))
    lines = [f"{task.heading}, line {task.source.first_line} of {plan.guide}"]
    if task.hours:
        lines.append(f"About {task.hours:.0f} hours")
    event.add("description", "\n".join([*lines, *filter(None, [task.taken_off])]))
    return event


def _milestone_event(milestone: Milestone, plan: Plan, now: datetime) -> Event:
    event = _event(f"{plan.guide}-phase-{milestone.phase}@pathway-coach", now)
    event.add("summary", f"End of phase {milestone.phase}: {milestone.name}")
    event.add("dtstart", milestone.planned)
    event.add("dtend", milestone.planned + timedelta(days=1))
    event.add("description", f"Between {milestone.early} and {milestone.late}. {NO_PROMISE}")
    return event


def _event(uid: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", now.astimezone(UTC))
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("transp", "TRANSPARENT")  # a task does not make its days busy
    return event
