// The parts of a plan below its timeline, and the window of one task.

import { stateOf } from "./plan-chart.js";
import { $, days, el, hours, iso, said, shortly, today, weekday } from "./plan-dom.js";

const BADGE = { critical: "Critical", important: "Important", "nice to have": "Nice to have" };

export function summary(shown) {
  const { plan } = shown;
  const last = plan.milestones.at(-1);
  const todo = plan.tasks.filter((task) => task.hours && !task.taken_off);
  const done = plan.tasks.filter((task) => task.done).length;
  const open = plan.tasks.filter((task) => !task.taken_off).length;
  const effort = todo.reduce((sum, task) => sum + task.hours, 0);
  $("#summary").replaceChildren(
    el("strong", {}, `Ends about ${said(last.planned)}`),
    `, between ${said(last.early)} and ${said(last.late)}. `,
    `${plan.preferences.hours_a_week} hours a week from ${said(plan.preferences.start)}, about ${hours(effort)} in all. `,
    `${done} of ${open} done. Dates are estimates from the guide's figures, not a promise.`,
  );
  Object.assign($("#progress"), { max: Math.max(open, 1), value: done });
  const verdict = $("#deadline-verdict");
  verdict.hidden = !plan.deadline;
  if (plan.deadline) {
    verdict.className = `verdict ${plan.deadline.fit}`;
    verdict.textContent = `Deadline ${said(plan.deadline.on)}: ${plan.deadline.advice}`;
  }
}

export function milestones(shown) {
  $("#milestones tbody").replaceChildren(
    ...shown.plan.milestones.map((one) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, `${one.phase}. ${one.name} `, el("span", { className: "quiet-text" }, `line ${one.source.first_line}`)),
        ...["early", "planned", "late"].map((name) => el("td", {}, shortly(one[name]))),
      ),
    ),
  );
}

export function checklist(shown, readOnly, tick, open) {
  const now = today(shown.plan.preferences.time_zone);
  const monday = (day) => iso(days(day) - weekday(days(day)));
  const weeks = Map.groupBy ? Map.groupBy(shown.plan.tasks, (task) => monday(task.start)) : grouped(shown.plan.tasks, (task) => monday(task.start));
  const current = monday(now);
  const running = shown.plan.tasks.filter((task) => !task.done && !task.taken_off && task.start <= now && now <= task.end && monday(task.start) < current);
  const blocks = [];
  for (const [week, tasks] of [...weeks].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const left = tasks.filter((task) => stateOf(task) !== "done").length;
    const title = `${week === current ? "This week, from" : "Week of"} ${said(week)}`;
    const list = (some) => el("ul", { className: "tasks" }, ...some.map((task) => item(task, shown, readOnly, tick, open)));
    blocks.push(
      el(
        "details",
        { className: "week", open: left > 0 },
        el("summary", {}, title, el("span", { className: "count" }, left ? `${left} to do` : "all done")),
        list(tasks),
      ),
    );
  }
  if (running.length) {
    const late = el("ul", { className: "tasks" }, ...running.map((task) => item(task, shown, readOnly, tick, open, "now-")));
    blocks.unshift(el("details", { className: "week now", open: true }, el("summary", {}, "Going on now"), late));
  }
  $("#checklist").replaceChildren(...blocks);
}

function grouped(list, keyOf) {
  const found = new Map();
  for (const one of list) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return found;
}

function item(task, shown, readOnly, tick, open, where = "") {
  const box = el("input", {
    type: "checkbox",
    checked: Boolean(task.done || (task.taken_off && !task.left_out)),
    disabled: readOnly || (Boolean(task.taken_off) && !task.done),
    "data-key": `${where}tick-${task.id}`,
    "data-task": task.id,
    onchange: (event) => tick(task.id, event.target.checked),
  });
  const dates = [`${shortly(task.start)} to ${shortly(task.end)}`];
  if (task.hours) dates.push(`about ${hours(task.hours)}`);
  if (task.skill) dates.push(task.skill);
  const quote = shown.quotes[task.id];
  return el(
    "li",
    { className: stateOf(task) },
    el("label", {}, box, el("span", {}, task.text)),
    el(
      "p",
      { className: "quiet-text" },
      dates.join(" · "),
      task.taken_off ? ` · ${task.taken_off} ` : " ",
      el("button", { type: "button", className: "link", "data-key": `${where}open-${task.id}`, onclick: () => open(task.id) }, quote ? `Source: line ${quote.first_line}` : "More"),
    ),
  );
}

export function skills(shown, known, held) {
  const levels = new Map(held.map((one) => [one.name, one.level]));
  const most = Math.max(...known.map((skill) => skill.weeks.high), 1);
  const groups = [
    ["You have", "held", known.filter((skill) => levels.get(skill.name) === "solid")],
    ...Object.entries(BADGE).map(([priority, title]) => [
      title,
      { critical: "critical", important: "important" }[priority] ?? "nice",
      known.filter((skill) => skill.priority === priority && levels.get(skill.name) !== "solid"),
    ]),
  ];
  $("#skills").replaceChildren(
    ...groups
      .filter(([, , list]) => list.length)
      .map(([title, name, list]) =>
        el(
          "div",
          { className: `skill-group ${name}` },
          el("h3", {}, `${title} `, el("span", { className: "count" }, String(list.length))),
          el("ul", {}, ...list.map((skill) => skillLine(skill, most, levels.get(skill.name), shown.plan.beside))),
        ),
      ),
  );
}

function skillLine(skill, most, level, beside) {
  const weeks = skill.weeks.low === skill.weeks.high ? skill.weeks.low : `${skill.weeks.low}–${skill.weeks.high}`;
  const bar = el("i", {});
  bar.style.width = `${(skill.weeks.high / most) * 100}%`;
  const more = [`${weeks} weeks in the guide`];
  if (level === "some") more.push("you have some of it");
  if (beside.includes(skill.name)) more.push("no task of a phase names it");
  return el("li", {}, el("span", {}, skill.name), el("span", { className: "quiet-text" }, more.join(" · ")), el("span", { className: "meter", "aria-hidden": "true" }, bar));
}

export function notes(shown) {
  $("#notes").replaceChildren(
    ...shown.plan.notes.map((note) => {
      const lines = [...new Set(note.sources.map((span) => span.first_line))].sort((one, other) => one - other);
      return el("li", {}, `${note.text} `, el("span", { className: "quiet-text" }, `${shown.source}, line${lines.length > 1 ? "s" : ""} ${lines.join(", ")}`));
    }),
  );
}

export function changes(kept, shown, readOnly, undo) {
  const list = kept?.changes ?? [];
  $("#changes-card").hidden = !list.length;
  $("#changes").replaceChildren(...list.map((one) => changeLine(one, shown, readOnly, undo)));
}

function changeLine(one, shown, readOnly, undo) {
  const task = shown.plan.tasks.find((found) => found.id === one.task);
  const can = !readOnly && one.kind === "adjust" && !one.undone;
  return el(
    "li",
    { className: one.undone ? "undone" : "" },
    el("strong", {}, one.by ?? "A coach"),
    ` · ${said(one.at.slice(0, 10))} · `,
    el("span", { className: "quiet-text" }, task ? `“${task.text}”` : "A task that is no longer there"),
    el("p", {}, one.kind === "adjust" ? `Changed to: ${one.text}.${one.undone ? " Undone." : ""}` : one.text),
    can ? el("button", { type: "button", className: "small", "data-key": `undo-${one.id}`, onclick: () => undo(one.id) }, "Undo") : "",
  );
}

// The window of a task. `acts` has tick, adjust, and for coaches comment; each returns a promise
// of whether it went well.
export function taskWindow(id, shown, wanted, remarks, readOnly, coach, acts) {
  const task = shown.plan.tasks.find((one) => one.id === id);
  const quote = shown.quotes[id];
  const dialog = $("#task");
  if (!task) return;
  const adjusted = wanted.find((one) => one.task === id);
  const facts = [`${said(task.start)} to ${said(task.end)}`];
  if (task.hours) facts.push(`about ${hours(task.hours)}${adjusted?.hours ? ", set by hand" : ""}`);
  if (task.skill) facts.push(`${task.skill} (${task.priority})`);
  const head = el(
    "header",
    {},
    el("h2", { id: "task-title" }, task.text),
    el("button", { type: "button", className: "small", onclick: () => dialog.close() }, "Close"),
  );
  const parts = [head, el("p", {}, facts.join(" · "))];
  if (task.taken_off) parts.push(el("p", {}, task.taken_off));
  if (quote) {
    parts.push(
      el("h3", {}, "In the guide"),
      el("p", { className: "quiet-text" }, `${quote.heading} · ${quote.source}, ${lines(quote)}`),
      el("blockquote", {}, quote.before, el("mark", {}, quote.quote), quote.after),
    );
  }
  const mine = remarks.filter((one) => one.task === id);
  if (mine.length) {
    parts.push(el("h3", {}, "From your coach"), el("ul", {}, ...mine.map((one) => el("li", {}, `${one.by ?? "A coach"}: ${one.text}${one.undone ? " (undone)" : ""}`))));
  }
  if (!readOnly || coach) parts.push(actions(task, adjusted, coach, acts, dialog));
  dialog.replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
  const words = dialog.querySelector("mark");
  if (words) words.parentElement.scrollTop = words.offsetTop - words.parentElement.offsetTop - 60;
}

const lines = (quote) =>
  quote.first_line === quote.last_line ? `line ${quote.first_line}` : `lines ${quote.first_line}–${quote.last_line}`;

function actions(task, adjusted, coach, acts, dialog) {
  const problem = el("p", { className: "problem", role: "alert" });
  const form = el("form", { className: "adjust", onsubmit: (event) => event.preventDefault() });
  const act = async (done) => {
    const wrong = await done;
    if (wrong) problem.textContent = wrong;
    else dialog.close();
  };
  if (!coach) {
    const text = task.done ? "Not done yet" : "Done";
    form.append(el("button", { type: "button", className: "main", onclick: () => act(acts.tick(task.id, !task.done)) }, text));
  }
  if (task.kind !== "action") {
    const amount = el("input", { id: "task-hours", inputMode: "decimal", value: adjusted?.hours ?? "", placeholder: String(Math.round(task.hours)) });
    const out = el("input", { type: "checkbox", checked: Boolean(adjusted?.left_out) });
    form.append(
      el("p", {}, el("label", { htmlFor: "task-hours" }, "Hours for this task "), amount),
      el("p", {}, el("label", {}, out, " Leave it out")),
      el("button", { type: "submit" }, "Change the task"),
    );
    form.addEventListener("submit", () => {
      const given = amount.value.trim().replace(",", ".");
      act(acts.adjust({ task: task.id, hours: given ? Number(given) : null, left_out: out.checked }));
    });
  }
  if (coach) {
    const text = el("textarea", { id: "task-comment", rows: 3, maxLength: 2000 });
    form.append(
      el("p", {}, el("label", { htmlFor: "task-comment" }, "A comment for the person"), text),
      el("button", { type: "button", className: "main", onclick: () => act(acts.comment(task.id, text.value)) }, "Send the comment"),
    );
  }
  form.append(problem);
  return form;
}
