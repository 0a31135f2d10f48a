"""The page's look that is not in the style sheet: its name, Gradio's theme, the fixed parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.themes import Base

NAME = "Pathway Coach"
TITLE = "Pathway Coach: career moves, answered from guides"
DESCRIPTION = (
    "Ask about a career move: how long it takes, what to learn, what it pays. "
    "Every answer shows where it comes from."
)
ASSETS = "/page"

HEAD = f"""\
<title>{TITLE}</title>
<meta name="description" content="{DESCRIPTION}">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="{ASSETS}/logo.svg">
<link rel="stylesheet" href="{ASSETS}/colours.css">
<link rel="stylesheet" href="{ASSETS}/chat.css">
<script src="{ASSETS}/chat.js"></script>
<script src="{ASSETS}/sidebar.js"></script>
<script src="{ASSETS}/feedback.js"></script>
"""

HEADER = f"""\
<header class="top">
  <div class="brand">
    <button type="button" class="top-button icon-button" data-toggle-sidebar aria-expanded="false"
      aria-controls="conversations" aria-label="Your conversations" title="Your conversations">
      <span class="bars" aria-hidden="true"></span>
    </button>
    <img src="{ASSETS}/logo.svg" alt="" width="32" height="32">
    <h1>{NAME}</h1>
  </div>
  <div class="top-actions">
    <a class="top-button" href="/plan">Plan</a>
    <button type="button" class="top-button" data-open-guides>Guides</button>
    <button type="button" class="top-button" data-event="clear" data-value="">New chat</button>
  </div>
</header>
<div class="unseen" id="live" role="status" aria-live="polite"></div>
"""

# The list's lines and the dialog's text are put in by sidebar.js.
SIDEBAR = """\
<nav class="conversations" id="conversations" aria-labelledby="conversations-title">
  <div class="conversations-head">
    <h2 id="conversations-title">Conversations</h2>
    <button type="button" class="quiet-button" data-toggle-sidebar>Close</button>
  </div>
  <button type="button" class="new-chat" data-event="clear" data-value="">New chat</button>
  <input type="search" id="conversations-search" maxlength="200" autocomplete="off"
    placeholder="Search" aria-label="Search your conversations">
  <ul class="conversations-list" id="conversations-list"></ul>
  <p class="conversations-note" id="conversations-note" role="status"></p>
  <div class="conversations-foot">
    <div id="account"></div>
    <details class="your-data" id="your-data">
      <summary>Your data</summary>
      <p>What you asked is kept so that you can read it again, and so that career coaches can
        put bad answers right.</p>
      <a class="quiet-button" href="/data/export" download>Download all</a>
      <button type="button" class="quiet-button danger" data-delete-all>Delete all</button>
    </details>
  </div>
</nav>
"""

PANEL_HEAD = """\
<div class="panel-head">
  <h2 id="panel-title">Guides</h2>
  <button type="button" class="quiet-button" data-show-guides hidden>All guides</button>
  <button type="button" class="quiet-button" data-show-sources hidden>Sources</button>
  <button type="button" class="quiet-button" data-close-panel>Close</button>
</div>
"""

SOURCES = '<div id="sources"></div>'


def build_theme() -> Base:
    """Return Gradio's plainest theme with the system's fonts: nothing is fetched."""
    from gradio import themes

    return themes.Base(
        primary_hue=themes.colors.teal,
        neutral_hue=themes.colors.stone,
        font=("system-ui", "sans-serif"),
        font_mono=("ui-monospace", "monospace"),
    )
