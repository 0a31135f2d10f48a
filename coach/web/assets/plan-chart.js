// The timeline as SVG beside a column of buttons, and the strip of hours. The buttons say to who
// cannot see it what the bars show.

import { DAY, days, el, hours, said, shortly, svg, today } from "./plan-dom.js";

const ROW = 34;
const HEAD = 54;
const SCALES = { quarter: 0.8, month: 4.6 }; // pixels a day
const PHONE = matchMedia("(max-width: 700px)");

const closed = new Set();
let begun = false;

export const stateOf = (task) => (task.done || task.taken_off ? "done" : weight(task));
const weight = (task) => ({ critical: "critical", "nice to have": "nice" })[task.priority] ?? "important";

export function chart(host, shown, zoom, open, redrawn) {
  const { plan } = shown;
  if (!begun && PHONE.matches) groups(plan).forEach((group) => closed.add(group.name));
  begun = true;
  const lines = rows(plan);
  const first = Math.min(...plan.tasks.map((task) => days(task.start)));
  const ends = [...plan.tasks.map((task) => days(task.end)), ...plan.milestones.map((one) => days(one.late))];
  if (plan.deadline) ends.push(days(plan.deadline.on));
  const from = monthStart(first);
  const to = monthStart(Math.max(...ends), 1);
  const room = Math.max(host.clientWidth - (PHONE.matches ? 150 : 300), 200);
  const scale = Math.max(SCALES[zoom], zoom === "quarter" ? room / (to - from) : 0);
  const x = (day) => (day - from) * scale;
  const height = HEAD + lines.length * ROW + 6;
  const width = Math.ceil(x(to));
  const drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  drawing.append(...calendar(from, to, x, zoom, height));
  const labels = el("div", { className: "labels" }, el("div", { className: "labels-head" }));
  lines.forEach((line, number) => {
    const top = HEAD + number * ROW;
    const bars = svg("g", { class: `bars ${line.task ? stateOf(line.task) : "phase"}` });
    if (number % 2) bars.append(svg("rect", { class: "stripe", x: 0, y: top, width, height: ROW }));
    bars.append(...(line.task ? taskBars(line.task, x, top) : groupBars(line, x, top)));
    const label = labelOf(line, open, redrawn);
    bars.addEventListener("mousemove", (event) => tip(line, event.clientX, event.clientY));
    bars.addEventListener("mouseleave", hideTip);
    bars.addEventListener("click", () => label.click());
    label.addEventListener("focus", () => {
      const box = label.getBoundingClientRect();
      if (label.matches(":focus-visible")) tip(line, box.left + 12, box.bottom);
    });
    label.addEventListener("blur", hideTip);
    label.addEventListener("mousemove", (event) => tip(line, event.clientX, event.clientY));
    label.addEventListener("mouseleave", hideTip);
    labels.append(label);
    drawing.append(bars);
  });
  mark(drawing, "today", days(today(plan.preferences.time_zone)), "Today");
  if (plan.deadline) mark(drawing, "deadline", days(plan.deadline.on), "Deadline");
  const left = host.scrollLeft;
  labels.addEventListener("keydown", walk);
  host.replaceChildren(labels, drawing);
  host.scrollLeft = left;

  function mark(into, name, day, text) {
    if (day < from || day > to) return;
    const at = x(day);
    const late = at > width - 70;
    into.append(
      svg("line", { class: name, x1: at, x2: at, y1: HEAD - 16, y2: height }),
      svg("text", { class: name, x: at + (late ? -4 : 4), y: HEAD - 7, "text-anchor": late ? "end" : "start" }, text),
    );
  }
}

function groups(plan) {
  const found = [];
  for (const task of plan.tasks) {
    if (found.at(-1)?.name !== task.heading) found.push({ name: task.heading, phase: task.phase, tasks: [] });
    found.at(-1).tasks.push(task);
  }
  for (const group of found) group.milestone = plan.milestones.find((one) => one.phase === group.phase);
  return found;
}

const rows = (plan) =>
  groups(plan).flatMap((group) => [
    group,
    ...(closed.has(group.name) ? [] : group.tasks.map((task) => ({ task }))),
  ]);

function taskBars(task, x, top) {
  const start = x(days(task.start));
  const length = Math.max(x(days(task.end) + 1) - start, 5);
  const bars = [svg("rect", { class: "bar", x: start, y: top + 9, width: length, height: 16, rx: 4 })];
  if (task.done && length > 18) {
    bars.push(svg("path", { class: "tick", d: `M${start + 5} ${top + 17}l4 4 7 -8` }));
  }
  return bars;
}

function groupBars(group, x, top) {
  const start = x(Math.min(...group.tasks.map((task) => days(task.start))));
  const end = group.milestone?.planned ?? group.tasks.map((task) => task.end).sort().at(-1);
  const length = Math.max(x(days(end) + 1) - start, 5);
  const bars = [svg("rect", { class: "bar", x: start, y: top + 13, width: length, height: 8, rx: 3 })];
  if (group.milestone) {
    const early = x(days(group.milestone.early));
    const span = Math.max(x(days(group.milestone.late) + 1) - early, 3);
    bars.unshift(svg("rect", { class: "range", x: early, y: top + 9, width: span, height: 16, rx: 4 }));
  }
  return bars;
}

function calendar(from, to, x, zoom, height) {
  const parts = [];
  const step = zoom === "quarter" ? 3 : 1;
  const gap = x(from + 30) - x(from);
  for (let day = from; day < to; day = monthStart(day, 1)) {
    const date = new Date(day * DAY);
    const month = date.getUTCMonth();
    const year = month === 0 || day === from;
    if (month % step && !year) continue;
    parts.push(svg("line", { class: month ? "grid" : "grid year", x1: x(day), x2: x(day), y1: 18, y2: height }));
    const name = zoom === "quarter" ? `Q${Math.floor(month / 3) + 1}` : date.toLocaleDateString("en-GB", { month: "short", timeZone: "UTC" });
    const crowded = zoom === "quarter" && month % 3 && gap * (3 - (month % 3)) < 34;
    if (!crowded) parts.push(svg("text", { class: "month", x: x(day) + 4, y: 31 }, name));
    if (year && !(crowded && month > 9)) parts.push(svg("text", { class: "year", x: x(day) + 4, y: 14 }, String(date.getUTCFullYear())));
  }
  return parts;
}

function monthStart(day, more = 0) {
  const date = new Date(day * DAY);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + more, 1) / DAY;
}

function labelOf(line, open, redrawn) {
  const { task } = line;
  if (task) {
    return el(
      "button",
      {
        type: "button",
        className: `label task-label ${stateOf(task)}`,
        "data-key": `chart-${task.id}`,
        "aria-label": `${task.text} ${spoken(task)}`,
        onclick: () => open(task.id),
      },
      el("span", {}, task.text),
    );
  }
  const shut = closed.has(line.name);
  return el(
    "button",
    {
      type: "button",
      className: "label group-label",
      "data-key": `chart-${line.name}`,
      ariaExpanded: String(!shut),
      "aria-label": `${line.name}. ${about(line)}`,
      onclick: () => {
        if (shut) closed.delete(line.name);
        else closed.add(line.name);
        redrawn();
      },
    },
    el("span", {}, line.name),
  );
}

export function spoken(task) {
  const parts = [`${said(task.start)} to ${said(task.end)}`];
  if (task.hours) parts.push(`about ${hours(task.hours)}`);
  if (task.done) parts.push(`done on ${said(task.done)}`);
  if (task.taken_off) parts.push(task.taken_off);
  return parts.join(", ");
}

const about = ({ milestone, tasks }) =>
  milestone
    ? `Ends ${said(milestone.planned)}, between ${said(milestone.early)} and ${said(milestone.late)}`
    : `${tasks.length} ${tasks.length === 1 ? "step" : "steps"}`;

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = [...event.currentTarget.querySelectorAll("button")];
  all[all.indexOf(document.activeElement) + step]?.focus();
  event.preventDefault();
}

let quoteOf = () => null;
export const quotesFrom = (find) => (quoteOf = find);

function tip(line, left, top) {
  const host = document.querySelector("#tip");
  const { task } = line;
  const quote = task && quoteOf(task.id);
  host.replaceChildren(
    el("strong", {}, task ? task.text : line.name),
    el("span", {}, task ? spoken(task) : about(line)),
    quote ? el("span", { className: "quiet-text" }, `${quote.source}, line ${quote.first_line}`) : "",
  );
  host.hidden = false;
  const box = host.getBoundingClientRect();
  host.style.left = `${Math.max(8, Math.min(left + 12, innerWidth - box.width - 8))}px`;
  host.style.top = `${top + box.height + 24 > innerHeight ? top - box.height - 12 : top + 14}px`;
}

function hideTip() {
  document.querySelector("#tip").hidden = true;
}

export function strip(host, plan) {
  const most = Math.max(plan.preferences.hours_a_week, ...plan.weeks.map((week) => week.hours), 1);
  const first = days(plan.weeks[0]?.monday ?? plan.preferences.start);
  const count = plan.weeks.length ? (days(plan.weeks.at(-1).monday) - first) / 7 + 1 : 1;
  const step = Math.max(5, Math.floor((host.clientWidth - 44) / count));
  const [tall, left] = [110, 40];
  const width = left + count * step;
  const y = (value) => 10 + tall - (value / most) * tall;
  const drawing = svg("svg", {
    width,
    height: tall + 34,
    role: "img",
    "aria-label": `Hours planned in each of ${count} weeks, ${Number(most.toFixed(1))} at most`,
  });
  for (const value of [0, most / 2, most]) {
    drawing.append(
      svg("line", { class: "grid", x1: left, x2: width, y1: y(value), y2: y(value) }),
      svg("text", { class: "month", x: left - 6, y: y(value) + 4, "text-anchor": "end" }, `${Number(value.toFixed(1))} h`),
    );
  }
  let shown = -100;
  for (const week of plan.weeks) {
    const at = left + ((days(week.monday) - first) / 7) * step;
    const bar = svg("rect", { class: "bar", x: at + 1, y: y(week.hours), width: Math.max(step - 2, 2), height: 10 + tall - y(week.hours), rx: 1 });
    bar.append(svg("title", {}, `Week of ${said(week.monday)}: ${Number(week.hours.toFixed(1))} hours`));
    drawing.append(bar);
    if (at - shown > 90 && at + 76 < width) {
      drawing.append(svg("text", { class: "month", x: at, y: tall + 28 }, shortly(week.monday)));
      shown = at;
    }
  }
  host.replaceChildren(drawing);
}
