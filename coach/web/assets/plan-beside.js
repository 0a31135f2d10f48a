// Two moves side by side, each as its own plan has it.

import { $, el, hours, said } from "./plan-dom.js";

export function beside(both) {
  const sides = [both.first, both.second];
  const row = (title, show) => el("tr", {}, el("th", { scope: "row" }, title), ...sides.map((side) => el("td", {}, show(side))));
  const rows = [
    row("Done about", (side) => el("strong", {}, said(side.planned))),
    row("Between", (side) => (side.early === side.late ? said(side.early) : `${said(side.early)} and ${said(side.late)}`)),
    row("Work left", (side) => range(side.hours, hours)),
    row("Difficulty", (side) => side.difficulty ?? "not in the guide"),
    row("Salary change", (side) => (side.salary_change ? range(side.salary_change, percent) : "not in the guide")),
    row("Skills to learn only here", (side) => list(side.missing)),
  ];
  const both_ask = el("tr", {}, el("th", { scope: "row" }, "Both ask for"), el("td", { colSpan: 2 }, list(both.shared)));
  const heads = sides.map((side) => el("th", { scope: "col" }, side.title));
  $("#beside").replaceChildren(
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { className: "unseen" }, "What")), ...heads)),
      el("tbody", {}, ...rows, both_ask),
    ),
  );
}

const percent = (amount) => `${amount < 0 ? "−" : "+"}${Math.abs(amount)}%`;

function range({ low, high }, show) {
  return low === high ? show(low) : `${show(low)} to ${show(high)}`;
}

function list(names) {
  return names.length ? el("ul", {}, ...names.map((name) => el("li", {}, name))) : "none";
}
