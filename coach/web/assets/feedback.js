// What a person says of an answer: a thumb, why, a line of text; and the wish for a human.
"use strict";

(() => {
  const REASONS = ["wrong", "not in the guide", "missed the point", "unclear", "outdated", "other"];
  const LONGEST = 500;

  let form = null; // the one that is open; drawing the conversation anew takes it off the page

  const exchangeOf = (turn) =>
    [...document.querySelectorAll("#conversation .exchange")].find((one) => one.dataset.turn === turn);

  function said(exchange, text) {
    exchange.querySelector(".feedback-said").textContent = text;
  }

  async function send(turn, verdict, reasons, comment) {
    const body = { verdict, reasons, comment };
    try {
      await window.pathwayCoach.call(`/turns/${turn}/feedback`, body);
    } catch (error) {
      said(exchangeOf(turn), error.message);
      return false;
    }
    const exchange = exchangeOf(turn);
    const thumbs = exchange.querySelector(".thumbs");
    thumbs.dataset.reasons = JSON.stringify(reasons);
    thumbs.dataset.comment = comment;
    for (const thumb of thumbs.querySelectorAll(".thumb")) {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.thumb === verdict));
    }
    return true;
  }

  function close() {
    form?.remove();
    form = null;
  }

  function open(turn, reasons, comment) {
    close();
    const chosen = new Set(reasons);
    form = document.createElement("form");
    form.className = "feedback-form";
    form.dataset.turn = turn;
    const legend = Object.assign(document.createElement("p"), {
      id: "feedback-legend",
      textContent: "What was wrong? A career coach will read this.",
    });
    form.setAttribute("aria-labelledby", legend.id);
    const toggles = Object.assign(document.createElement("div"), { className: "reasons" });
    for (const reason of REASONS) {
      const toggle = Object.assign(document.createElement("button"), {
        type: "button",
        className: "reason",
        textContent: reason[0].toUpperCase() + reason.slice(1),
      });
      toggle.setAttribute("aria-pressed", String(chosen.has(reason)));
      toggle.onclick = () => {
        if (!chosen.delete(reason)) chosen.add(reason);
        toggle.setAttribute("aria-pressed", String(chosen.has(reason)));
      };
      toggles.append(toggle);
    }
    const text = Object.assign(document.createElement("input"), {
      type: "text",
      maxLength: LONGEST,
      value: comment,
      placeholder: "Tell us more, if you like",
      autocomplete: "off",
    });
    text.setAttribute("aria-label", "Tell us more, if you like");
    const done = Object.assign(document.createElement("button"), {
      type: "submit",
      className: "quiet-button",
      textContent: "Send",
    });
    const row = Object.assign(document.createElement("div"), { className: "feedback-line" });
    row.append(text, done);
    form.append(legend, toggles, row);
    form.onsubmit = async (event) => {
      event.preventDefault();
      const why = REASONS.filter((reason) => chosen.has(reason));
      if (await send(turn, "down", why, text.value.trim())) finish(turn);
    };
    form.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      finish(turn);
    };
    exchangeOf(turn).querySelector(".feedback-slot").replaceChildren(form);
    toggles.firstElementChild.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  }

  function finish(turn) {
    close();
    said(exchangeOf(turn), "Thank you. A career coach will look at this answer.");
    exchangeOf(turn).querySelector('[data-thumb="down"]').focus({ preventScroll: true });
  }

  async function thumbUsed(thumb) {
    const exchange = thumb.closest(".exchange");
    const { turn } = exchange.dataset;
    const { reasons, comment } = thumb.closest(".thumbs").dataset;
    const down = thumb.dataset.thumb === "down";
    const [why, more] = down ? [JSON.parse(reasons), comment] : [[], ""];
    if (!(await send(turn, thumb.dataset.thumb, why, more))) return;
    if (down) {
      said(exchangeOf(turn), "");
      open(turn, why, more);
    } else {
      if (form?.dataset.turn === turn) close();
      said(exchangeOf(turn), "Thank you.");
    }
  }

  async function askPerson(button) {
    const exchange = button.closest(".exchange");
    if (button.getAttribute("aria-disabled") === "true") return;
    try {
      await window.pathwayCoach.call(`/conversations/${window.pathwayCoach.current()}/human`, {});
    } catch (error) {
      said(exchange, error.message);
      return;
    }
    button.textContent = "A coach was asked";
    button.setAttribute("aria-disabled", "true");
    said(exchange, "A career coach will read this conversation. What they write will show here.");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#conversation button");
    if (button?.matches("[data-thumb]")) thumbUsed(button);
    else if (button?.matches("[data-ask-person]")) askPerson(button);
  });
  // A draft outlives the drawing of the next answer.
  document.addEventListener("pathway:drawn", () => {
    if (form === null || form.isConnected) return;
    const slot = exchangeOf(form.dataset.turn)?.querySelector(".feedback-slot");
    if (slot) slot.replaceChildren(form);
    else form = null;
  });
})();
