// The list of conversations: finding, opening, naming, sharing, taking away and deleting them.
// All text is put in as text; every change goes to the server, and the list is read again.
"use strict";

(() => {
  const CLOSED = "pathway-list-closed";
  const SAID = "pathway-said"; // a line for after the page is loaded anew
  const SEARCH_MILLISECONDS = 200;
  const narrow = window.matchMedia("(max-width: 1023px)");
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  let current = ""; // the conversation that is shown beside the list
  let opened = null; // the one whose choices are open: {id, part}
  let asked = 0; // counts the readings of the list, for an early one may come in late
  let typing;

  function make(tag, properties = {}, ...children) {
    const { data = {}, aria = {}, ...plain } = properties;
    const element = Object.assign(document.createElement(tag), plain);
    Object.assign(element.dataset, data);
    for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
    element.append(...children);
    return element;
  }

  function button(text, onclick, className = "quiet-button") {
    return make("button", { type: "button", textContent: text, className, onclick });
  }

  function note(text) {
    byId("conversations-note").textContent = text;
  }

  // --- the list ---

  async function refresh() {
    const list = byId("conversations-list");
    if (!list) return;
    const turn = ++asked;
    const search = byId("conversations-search").value.trim();
    let found;
    try {
      const address = `/conversations?search=${encodeURIComponent(search)}`;
      found = await (await window.pathwayCoach.call(address)).json();
    } catch (error) {
      if (turn === asked) note(error.message);
      return;
    }
    if (turn !== asked) return;
    showAccount(found);
    // What is being typed or decided in the list is not to be swept away.
    if (opened && found.conversations.some(({ id }) => id === opened.id)) {
      if (list.querySelector(".choices")) return;
    }
    opened = null;
    list.replaceChildren(...found.conversations.map(line));
    const none = search ? "Nothing found." : "What you ask will be listed here.";
    note(found.conversations.length ? "" : none);
  }

  function line(conversation) {
    const { id, title } = conversation;
    const open = make("button", {
      type: "button", className: "conversation-title", textContent: title, title,
      data: { event: "select", value: id },
    });
    const more = make("button", {
      type: "button", className: "conversation-more", textContent: "⋯",
      aria: { label: `More for: ${title}`, expanded: "false" },
    });
    const entry = make("li", { className: "conversation", data: { id } }, open, more);
    more.onclick = () => (opened?.id === id ? close(entry) : choose(entry, conversation));
    mark(entry);
    return entry;
  }

  function mark(entry) {
    const here = entry.dataset.id === current;
    const open = entry.querySelector(".conversation-title");
    if (here) open?.setAttribute("aria-current", "true");
    else open?.removeAttribute("aria-current");
  }

  // --- what can be done with one ---

  function close(entry) {
    opened = null;
    const had = entry.contains(document.activeElement);
    entry.querySelector(".choices")?.remove();
    const more = entry.querySelector(".conversation-more");
    more.setAttribute("aria-expanded", "false");
    if (had) more.focus();
  }

  function open(entry, label, ...parts) {
    const before = entry.parentElement.querySelector(".choices")?.closest("li");
    if (before && before !== entry) close(before);
    entry.querySelector(".choices")?.remove();
    opened = { id: entry.dataset.id };
    const choices = make("div", { className: "choices", role: "group", aria: { label } }, ...parts);
    choices.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close(entry);
    });
    entry.append(choices);
    entry.querySelector(".conversation-more").setAttribute("aria-expanded", "true");
    choices.querySelector("input, button, a").focus();
    choices.scrollIntoView({ block: "nearest" });
    return choices;
  }

  function choose(entry, conversation) {
    const file = (form, text) => make("a", {
      className: "quiet-button", textContent: text, download: "",
      href: `/conversations/${conversation.id}/export?format=${form}`,
    });
    open(
      entry, conversation.title,
      button("Rename", () => rename(entry, conversation)),
      button("Share", () => share(entry, conversation)),
      file("markdown", "Save as text"),
      file("json", "Save as JSON"),
      button("Delete", () => remove(entry, conversation), "quiet-button danger"),
    );
  }

  // Sends a change, says it, and reads the list again.
  async function change(entry, { id }, action, said, body) {
    try {
      await window.pathwayCoach.call(`/conversations/${id}/${action}`, body ?? {});
    } catch (error) {
      note(error.message);
      return false;
    }
    close(entry);
    await refresh();
    note(said);
    return true;
  }

  function rename(entry, conversation) {
    const input = make("input", {
      type: "text", value: conversation.title, maxLength: 200, required: true,
      aria: { label: "New name" },
    });
    const form = make("form", {}, input,
      make("button", { type: "submit", className: "quiet-button", textContent: "Save" }),
      button("Cancel", () => close(entry)));
    form.onsubmit = async (event) => {
      event.preventDefault();
      const title = input.value.trim();
      if (title && await change(entry, conversation, "rename", "Renamed.", { title })) {
        focusLine(conversation.id);
      }
    };
    open(entry, "Rename", form);
    input.select();
  }

  function remove(entry, conversation) {
    open(
      entry, "Delete",
      make("p", { textContent: "Delete this for good?" }),
      button("Keep", () => close(entry)),
      button("Delete for good", async () => {
        if (!(await change(entry, conversation, "delete", "Deleted."))) return;
        if (conversation.id === current) startAgain();
        byId("conversations-search").focus();
      }, "quiet-button danger"),
    );
  }

  function share(entry, conversation) {
    const make_link = button(conversation.shared ? "Make a new link" : "Make a link", async () => {
      let path;
      try {
        const made = await window.pathwayCoach.call(`/conversations/${conversation.id}/share`, {});
        ({ path } = await made.json());
      } catch (error) {
        note(error.message);
        return;
      }
      showLink(entry, { ...conversation, shared: true }, new URL(path, location.href).href);
    });
    const text = conversation.shared
      ? "There is a link to read this. A new link ends the old one."
      : "Whoever has the link can read this conversation, and nothing else of yours.";
    open(
      entry, "Share",
      make("p", { textContent: text }),
      make_link,
      ...(conversation.shared ? [ending(entry, conversation)] : []),
      button("Cancel", () => close(entry)),
    );
  }

  function showLink(entry, conversation, address) {
    const link = make("input", {
      type: "text", readOnly: true, value: address, className: "share-link",
      aria: { label: "Link to share" },
    });
    link.onfocus = () => link.select();
    const copy = button("Copy link", () => window.pathwayCoach.copyText(address, copy));
    open(
      entry, "Share",
      make("p", { textContent: "Copy the link now: it is shown only once." }),
      link, copy, ending(entry, conversation),
      button("Done", async () => {
        close(entry);
        await refresh();
        focusLine(conversation.id);
      }),
    );
  }

  function ending(entry, conversation) {
    return button("End sharing", async () => {
      if (await change(entry, conversation, "revoke", "The link does not work any more.")) {
        focusLine(conversation.id);
      }
    });
  }

  function focusLine(id) {
    const entry = [...byId("conversations-list").children].find((one) => one.dataset.id === id);
    entry?.querySelector(".conversation-more").focus();
  }

  function startAgain() {
    document.querySelector('#sidebar [data-event="clear"]').click();
  }

  // --- the person and their data ---

  function showAccount({ account, reviews, sign_in }) {
    const place = byId("account");
    const state = JSON.stringify([account, reviews, sign_in]);
    if (place.dataset.state === state) return;
    place.dataset.state = state;
    place.replaceChildren();
    if (account) {
      const out = make("form", { method: "post", action: "/sign-out" },
        make("button", { type: "submit", className: "quiet-button", textContent: "Sign out" }));
      place.append(make("p", { textContent: `Signed in as ${account}` }));
      if (reviews) place.append(make("a", { className: "quiet-button", href: "/review", textContent: "Review answers" }));
      place.append(out);
    } else if (sign_in) {
      place.append(make("a", { className: "quiet-button", href: "/sign-in", textContent: "Sign in" }));
    }
  }

  function deleteAll(asking) {
    const signedIn = JSON.parse(byId("account").dataset.state ?? "[]")[0];
    const keep = button("Keep", () => {
      sure.replaceWith(asking);
      asking.focus();
    });
    const really = (text, account) => button(text, async () => {
      try {
        await window.pathwayCoach.call("/data/delete", { account });
      } catch (error) {
        note(error.message);
        return;
      }
      // From here on the browser is somebody new, and the page with it.
      window.pathwayCoach.remember("");
      // Plans of who is not signed in are in the browser alone.
      for (const place of Object.keys(localStorage)) {
        if (place.startsWith("pathway-plan:")) localStorage.removeItem(place);
      }
      sessionStorage.setItem(SAID, "All that was yours is deleted.");
      location.assign("/");
    }, "quiet-button danger");
    const sure = make("div", { className: "choices", role: "group", aria: { label: "Delete all" } },
      make("p", { textContent: "Delete all your conversations and feedback for good?" }),
      keep,
      really("Delete all for good", false),
      ...(signedIn ? [really("Delete my account, too", true)] : []));
    asking.replaceWith(sure);
    keep.focus();
  }

  // --- open and closed: beside the chat on a wide screen, over it on a narrow one ---

  function isOpen() {
    return narrow.matches ? root.hasAttribute("data-list-sheet") : !root.hasAttribute("data-list-closed");
  }

  function tell() {
    document.querySelector("#header [data-toggle-sidebar]")?.setAttribute("aria-expanded", isOpen());
    for (const part of ["header", "talk", "panel"]) {
      const over = narrow.matches && isOpen();
      if (byId(part) && (over || byId(part).dataset.under)) {
        byId(part).inert = over;
        byId(part).dataset.under = over ? "list" : "";
      }
    }
  }

  function toggle() {
    const opening = !isOpen();
    if (narrow.matches) root.toggleAttribute("data-list-sheet", opening);
    else {
      root.toggleAttribute("data-list-closed", !opening);
      localStorage.setItem(CLOSED, opening ? "" : "yes");
    }
    tell();
    if (opening) {
      refresh();
      if (narrow.matches) document.querySelector("#sidebar .new-chat").focus();
    } else document.querySelector("#header [data-toggle-sidebar]").focus();
  }

  function closeSheet() {
    if (!narrow.matches || !isOpen()) return;
    root.removeAttribute("data-list-sheet");
    tell();
  }

  document.addEventListener("click", (event) => {
    const used = event.target.closest?.("button");
    if (used?.matches("[data-toggle-sidebar]")) toggle();
    else if (used?.matches("[data-delete-all]")) deleteAll(used);
    else if (used?.matches("#sidebar [data-event]")) closeSheet();
    else if (event.target.isConnected && !event.target.closest?.("#sidebar")) closeSheet();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches || !isOpen()) return;
    closeSheet();
    document.querySelector("#header [data-toggle-sidebar]").focus();
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "conversations-search") return;
    clearTimeout(typing);
    typing = setTimeout(refresh, SEARCH_MILLISECONDS);
  });
  document.addEventListener("pathway:answered", refresh);
  document.addEventListener("pathway:conversation", (event) => {
    current = event.detail;
    for (const entry of byId("conversations-list")?.children ?? []) mark(entry);
  });
  document.addEventListener("pathway:ready", async () => {
    tell();
    await refresh();
    const said = sessionStorage.getItem(SAID);
    sessionStorage.removeItem(SAID);
    if (said) note(said);
  });
  narrow.addEventListener("change", () => {
    root.removeAttribute("data-list-sheet");
    tell();
  });
  root.toggleAttribute("data-list-closed", localStorage.getItem(CLOSED) === "yes");
})();
