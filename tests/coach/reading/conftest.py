from __future__ import annotations

import pytest

GUIDE = """\
---
title: "From Florist to Landscape Gardener: A 9-Month Path"
from_role: Florist
to_role: Landscape Gardener
aliases:
  from: [flower seller, NO]
  to: [LG]
difficulty: Medium
timeline_months: 9-12
salary_change: "-4.5%"
demand: "Steady: towns plant more trees than they did"
reviewed: 2026-11-22
basis: "All of it is made up for tests."
sources:
  - name: "A made-up almanac"
    url: https://example.org/almanac
---

# From Florist to Landscape Gardener: A 9-Month Path

## At a glance

- Difficulty: Medium
- Timeline: 9-12 months
- Salary change: -4.5%
- Demand: Steady: towns plant more trees than they did

## Overview

Florists know plants. This paragraph runs
over two lines.

Gardens are larger than vases.

## Wages and outlook            <!-- optional -->

### Wages

- Median wage before: $36,000 a year (Florists)
- Change between medians: -4.5%

Medians are no promise.

### Outlook

- Openings a year: 1,200

## Transferable skills

### Colour & Form

You know which colours go together.

It counts in borders too.

## Skills to learn

### Soil Science

- Priority: Critical
- Weeks: 6-8

Read about soil and dig.

- Book: 'The Soil Book' by Ada Clay
- Course: 'Know Your Soil' by Bo Loam (Earth School): free

### Hedge Laying

- Priority: nice-to-have
- Weeks: one and a half

Ask a hedger to show you.

## Roadmap

### Phase 1: First Garden

- Weeks: 4

#### Tasks

- Set aside 6-8 hours a
  week for digging.
- Plant one border.

#### Resources

- Network: The Garden Club

### Phase 2: Paid Work

- Weeks: 12

#### Tasks

- Plan a garden for a neighbour.

## Reality check

### What you'll love

- Fresh air.

### What you might miss

- Warm rooms.

### Biggest challenges

- Rain.

## Action plan

### This week

- Buy a spade.

### This month

- Dig.

### Next 90 days

- Plant.

## Frequently asked questions

### How long does it take?

Nine to twelve months: 3 to learn, 6-9 to practise.

### Do I need a van?

Not at first.
"""


@pytest.fixture
def guide_text() -> str:
    """A guide in our format with every section, most traps and no problem."""
    return GUIDE
