// The form beside the plan: what it shows, and what it says.

import { $, days, el, iso, today, weekday } from "./plan-dom.js";

const NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function beginning() {
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const now = days(today(time_zone));
  return {
    hours_a_week: 6,
    start: iso(now + 7 - weekday(now)), // the next Monday
    deadline: null,
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    days_off: [],
    time_zone,
    held: [],
    finished: [],
    ticks: [],
    replanned: null,
    adjusted: [],
  };
}

// What is no number stays as it is, for the server to say so.
const number = (text) => (text !== "" && Number.isFinite(Number(text)) ? Number(text) : text);

// What a link to this page asks for, on top of what is there. `asked` has a list for each name.
export function withAsked(preferences, asked) {
  if (asked.hours) preferences.hours_a_week = number(asked.hours[0]);
  if (asked.start) preferences.start = asked.start[0];
  if (asked.deadline) preferences.deadline = asked.deadline[0];
  if (asked.days) preferences.weekdays = [...asked.days[0]].map(Number);
  for (const level of ["some", "solid"]) {
    for (const name of asked[level] ?? []) hold(preferences, name, level);
  }
  preferences.finished = [...new Set([...preferences.finished, ...(asked.finished ?? [])])];
  return preferences;
}

// `preferences` is changed in place; `changed` is told after each change.
export function form(preferences, skills, finishable, changed, lookUp) {
  $("#hours").value = preferences.hours_a_week;
  $("#start").value = preferences.start ?? "";
  $("#deadline").value = preferences.deadline ?? "";
  $("#zone").value = preferences.time_zone;
  $("#zone-shown").textContent = preferences.time_zone;
  $("#hours").oninput = () => {
    preferences.hours_a_week = number($("#hours").value.trim().replace(",", "."));
    changed();
  };
  $("#start").onchange = () => {
    preferences.start = $("#start").value;
    if (preferences.replanned && preferences.start > preferences.replanned) preferences.replanned = null;
    changed();
  };
  $("#deadline").onchange = () => {
    preferences.deadline = $("#deadline").value || null;
    changed();
  };
  $("#zone").onchange = () => {
    preferences.time_zone = $("#zone").value.trim();
    $("#zone-shown").textContent = preferences.time_zone;
    changed();
  };
  if (!$("#zones").children.length && Intl.supportedValuesOf) {
    $("#zones").append(...Intl.supportedValuesOf("timeZone").map((value) => el("option", { value })));
  }
  chips(preferences, changed);
  pauses(preferences, changed);
  $("#add-pause").onclick = () => {
    const last = preferences.days_off.at(-1)?.last ?? preferences.start;
    const first = last ? iso(days(last) + 7) : "";
    preferences.days_off.push({ first, last: first && iso(days(first) + 6) });
    pauses(preferences, changed);
    $("#pauses li:last-child input").focus();
    changed();
  };
  if (skills.length) held(preferences, skills, changed, lookUp);
  if (finishable.length) finished(preferences, finishable, changed);
}

function chips(preferences, changed) {
  $("#weekdays").replaceChildren(
    ...NAMES.map((name, day) => {
      const on = preferences.weekdays.includes(day);
      return el("button", {
        type: "button",
        className: "chip",
        ariaPressed: String(on),
        "aria-label": LONG[day],
        onclick: (event) => {
          const now = event.currentTarget.ariaPressed !== "true";
          event.currentTarget.ariaPressed = String(now);
          preferences.weekdays = now ? [...preferences.weekdays, day].sort() : preferences.weekdays.filter((one) => one !== day);
          changed();
        },
      }, name);
    }),
  );
}

function pauses(preferences, changed) {
  $("#pauses-count").textContent = preferences.days_off.length || "none";
  $("#pauses").replaceChildren(
    ...preferences.days_off.map((pause, number) => {
      const field = (name, label) =>
        el("input", {
          type: "date",
          value: pause[name],
          "aria-label": `${label} day of pause ${number + 1}`,
          onchange: (event) => {
            pause[name] = event.target.value;
            changed();
          },
        });
      const remove = el("button", {
        type: "button",
        className: "small",
        "aria-label": `Remove pause ${number + 1}`,
        onclick: () => {
          preferences.days_off.splice(number, 1);
          pauses(preferences, changed);
          changed();
        },
      }, "Remove");
      return el("li", {}, field("first", "First"), el("span", {}, "to"), field("last", "Last"), remove);
    }),
  );
}

function hold(preferences, name, level) {
  preferences.held = preferences.held.filter((one) => one.name !== name);
  if (level) preferences.held.push({ name, level });
}

function held(preferences, skills, changed, lookUp) {
  const draw = () => {
    const levels = new Map(preferences.held.map((one) => [one.name, one.level]));
    $("#held-count").textContent = `${preferences.held.length} of ${skills.length}`;
    $("#held").replaceChildren(
      ...skills.map((skill) =>
        el(
          "li",
          {},
          el("span", {}, skill.name),
          ...["some", "solid"].map((level) =>
            el("button", {
              type: "button",
              className: "chip",
              ariaPressed: String(levels.get(skill.name) === level),
              "aria-label": `${skill.name}: ${level}`,
              "data-key": `held-${skill.name}-${level}`,
              onclick: () => {
                hold(preferences, skill.name, levels.get(skill.name) === level ? null : level);
                draw();
                $(`[data-key="${CSS.escape(`held-${skill.name}-${level}`)}"]`).focus();
                changed();
              },
            }, level),
          ),
        ),
      ),
    );
  };
  const take = (name, level) => {
    hold(preferences, name, level);
    draw();
    changed();
  };
  const say = async () => {
    const text = $("#said").value.trim();
    if (!text) return;
    const found = await lookUp(text);
    if (!found) return; // what is wrong stands beside the field, and the words stay
    $("#said").value = "";
    $("#matches").replaceChildren(...found.map((one) => answer(one, take)));
  };
  $("#say").onclick = say;
  $("#said").onkeydown = (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      say();
    }
  };
  draw();
}

function answer(one, take) {
  if (one.certainty === "sure") {
    take(one.skill, "solid");
    return el("p", {}, `“${one.said}” is taken as “${one.skill}”.`);
  }
  if (one.certainty === "none") {
    return el("p", {}, `“${one.said}” is no skill this guide asks for, so it changes nothing.`);
  }
  const line = el("p", {}, `Is “${one.said}” all of “${one.skill}” for you? `);
  const choice = (text, level) =>
    el("button", {
      type: "button",
      className: "small",
      onclick: () => {
        if (level) take(one.skill, level);
        line.replaceChildren(level ? `“${one.skill}” is marked as ${level}.` : "All right, nothing was changed.");
      },
    }, text);
  line.append(choice("Yes, solid", "solid"), choice("Only some", "some"), choice("No", null));
  return line;
}

function finished(preferences, titles, changed) {
  const count = () => ($("#finished-count").textContent = `${preferences.finished.length} of ${titles.length}`);
  $("#finished").replaceChildren(
    ...titles.map((title) =>
      el(
        "li",
        {},
        el(
          "label",
          {},
          el("input", {
            type: "checkbox",
            checked: preferences.finished.includes(title),
            onchange: (event) => {
              preferences.finished = preferences.finished.filter((one) => one !== title);
              if (event.target.checked) preferences.finished.push(title);
              count();
              changed();
            },
          }),
          el("span", {}, title),
        ),
      ),
    ),
  );
  count();
}

// Put what is wrong beside its field, or nowhere; returns whether there is such a field.
export function tell(field, text) {
  for (const host of document.querySelectorAll("[data-field] .problem")) host.textContent = "";
  for (const input of document.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  if (!text) return true;
  const host = $(`[data-field="${CSS.escape(field)}"] .problem`) ?? $(`.problem[data-also="${CSS.escape(field)}"]`);
  if (!host) return false;
  host.textContent = text;
  const group = host.closest("[data-field]");
  if (group.tagName === "DETAILS") group.open = true;
  group.querySelector("input")?.setAttribute("aria-invalid", "true");
  return true;
}
