// The page's own behaviour: sources, copying, focus and what screen readers hear.
// Answers carry data attributes only; every listener is here.
"use strict";

window.pathwayCoach = (() => {
  const STORED = "pathway-conversation";
  const narrow = window.matchMedia("(max-width: 1023px)");
  const hovering = window.matchMedia("(hover: hover)");
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  let opener = null; // what had the focus before the panel was opened
  let shownIn = null; // number of the exchange whose sources are shown
  let announced = "";
  let seen; // the newest turn there was, and whether it was being answered
  let shown = ""; // the conversation that is shown

  function exchanges() {
    return [...document.querySelectorAll("#conversation .exchange")];
  }

  function showPanel(name) {
    const sources = name === "sources";
    root.dataset.panel = name;
    byId("panel-title").textContent = sources ? "Sources" : "Guides";
    byId("sources-panel").hidden = !sources;
    byId("guides-panel").hidden = sources;
    byId("panel").scrollTop = 0;
    document.querySelector("[data-show-sources]").hidden = sources || shownIn === null;
    document.querySelector("[data-show-guides]").hidden = !sources;
  }

  // On a narrow screen the panel is a sheet over the page, which rests meanwhile.
  function setSheet(open) {
    root.toggleAttribute("data-sheet", open);
    for (const part of ["header", "talk"]) byId(part).inert = open && narrow.matches;
  }

  function fillSources(exchange) {
    const list = exchange.querySelector(".sources");
    if (!list || !list.children.length) return false;
    const copy = list.cloneNode(true);
    copy.hidden = false;
    byId("sources").replaceChildren(copy);
    shownIn = exchange.dataset.number;
    return true;
  }

  function openSources(exchange, number, from) {
    if (!fillSources(exchange)) return;
    opener = from;
    setSheet(true);
    showPanel("sources");
    const chosen = number && byId("sources").querySelector(`[data-number="${number}"]`);
    const target = chosen || byId("sources").querySelector(".source");
    if (chosen) chosen.classList.add("chosen");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest", behavior: "auto" });
  }

  function openGuides(from) {
    opener = from;
    setSheet(true);
    showPanel("guides");
    document.querySelector("#guides-panel summary")?.focus({ preventScroll: true });
  }

  function closePanel() {
    const wasOpen = root.hasAttribute("data-sheet") || root.dataset.panel === "sources";
    setSheet(false);
    showPanel("guides");
    if (wasOpen && opener?.isConnected) opener.focus();
    opener = null;
  }

  async function copyText(text, button) {
    let copied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      copied = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const label = button.textContent;
    button.textContent = copied ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  function announce(text) {
    if (text === announced) return;
    announced = text;
    byId("live").textContent = text;
  }

  function focusQuestion() {
    if (hovering.matches) document.querySelector("#question textarea")?.focus({ preventScroll: true });
  }

  // After each change of the conversation: what is busy, what is new, where to look.
  function conversationChanged() {
    const all = exchanges();
    const last = all.at(-1);
    const busy = last?.dataset.state === "answering";
    root.toggleAttribute("data-busy", busy);
    root.toggleAttribute("data-empty", !last);
    const turn = last?.dataset.turn;
    if (turn !== seen?.turn || (busy && shownIn === last.dataset.number)) {
      shownIn = null;
      byId("sources").replaceChildren();
      if (root.dataset.panel === "sources") showPanel("guides");
      setSheet(false);
    }
    if (last && turn !== seen?.turn) last.scrollIntoView({ block: "start" });
    const ended = last && !busy && (turn !== seen?.turn || seen.busy);
    seen = { turn, busy };
    document.dispatchEvent(new Event("pathway:drawn"));
    if (ended) document.dispatchEvent(new Event("pathway:answered"));
    if (!last) return;
    if (busy) {
      announce("Looking in the guides.");
      return;
    }
    const text = [...last.querySelectorAll(".answer-text > p, .answer-text li")]
      .map((part) => {
        const spoken = part.cloneNode(true);
        spoken.querySelectorAll(".marker").forEach((marker) => marker.remove());
        return spoken.textContent.trim();
      })
      .join(" ");
    const note = last.querySelector(".problem, .quiet")?.textContent ?? "";
    announce(`${text} ${note}`.trim());
    if (!narrow.matches && shownIn === null && fillSources(last)) showPanel("sources");
  }

  function noticeChanged() {
    const notice = document.querySelector("#notice [role=status]");
    if (notice) announce(notice.textContent);
  }

  document.addEventListener("click", (event) => {
    if (root.hasAttribute("data-sheet") && narrow.matches && !event.target.closest?.("#panel")) {
      closePanel();
      return;
    }
    const button = event.target.closest?.("button");
    if (!button) return;
    const exchange = button.closest(".exchange");
    if (button.matches(".marker")) openSources(exchange, button.dataset.source, button);
    else if (button.matches("[data-sources]")) openSources(exchange, null, button);
    else if (button.matches("[data-copy]")) copyText(button.dataset.copy, button);
    else if (button.matches("[data-open-guides]")) openGuides(button);
    else if (button.matches("[data-show-sources]")) showPanel("sources");
    else if (button.matches("[data-show-guides]")) showPanel("guides");
    else if (button.matches("[data-close-panel]")) closePanel();
    else if (button.matches("[data-event]")) {
      if (button.dataset.event === "select") closePanel();
      focusQuestion();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest?.("#picker")) closePanel();
  });

  // Clicks on parts with data-event become Gradio's events, with their value.
  function attach(element, trigger, watch) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-event]");
      if (button) trigger(button.dataset.event, { value: button.dataset.value });
    });
    if (element.closest("#conversation")) {
      watch("value", conversationChanged);
      conversationChanged();
    }
    if (element.closest("#notice")) watch("value", noticeChanged);
    const listed = byId("conversations-list");
    if (listed && !listed.dataset.ready && document.querySelector("#header [data-toggle-sidebar]")) {
      listed.dataset.ready = "yes";
      document.dispatchEvent(new Event("pathway:ready"));
    }
    const composer = byId("composer");
    if (composer && !composer.dataset.watched) {
      composer.dataset.watched = "yes";
      byId("panel").setAttribute("role", "complementary");
      byId("panel").setAttribute("aria-labelledby", "panel-title");
      focusQuestion();
      new ResizeObserver(() => {
        root.style.setProperty("--composer-height", `${composer.offsetHeight}px`);
      }).observe(composer);
    }
  }

  // The tab's conversation outlives a reload; a duplicated tab starts one of its own.
  function remembered() {
    const [navigation] = performance.getEntriesByType("navigation");
    return navigation?.type === "reload" ? sessionStorage.getItem(STORED) ?? "" : "";
  }

  function remember(identifier) {
    shown = identifier ?? "";
    sessionStorage.setItem(STORED, shown);
    document.dispatchEvent(new CustomEvent("pathway:conversation", { detail: shown }));
  }

  // Asks the server; a request with a body is a change. What fails says so in plain words.
  async function call(path, body) {
    const request = body === undefined ? {} : {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    let response;
    try {
      response = await fetch(path, request);
    } catch {
      throw new Error("There is no connection just now. Please try again.");
    }
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    const plain = typeof told.detail === "string";
    throw new Error(plain ? told.detail : "That did not work. Please try again.");
  }

  return { attach, remembered, remember, call, copyText, current: () => shown };
})();
