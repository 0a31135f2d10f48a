// What a CV seems to say, each with the words it was read from. Nothing of it is taken before the
// person agrees, and nothing is kept of the rest.

import { $, el } from "./plan-dom.js";
import { tell } from "./plan-form.js";
import { data, post } from "./plan-server.js";

const MOST_MOVES = 6;

// `moves` are all there are, each with slug and name. `agree` is told what the person agrees to, as
// a skill with its level or as a title; without it no move is chosen yet, and one is proposed.
export function readCv(moves, agree) {
  $("#cv").onchange = async () => {
    const [file] = $("#cv").files;
    $("#cv").value = "";
    if (!file) return;
    tell("cv", "");
    $("#proposals").replaceChildren();
    const { answer, problem, status } = file.size > data.largest ? { status: 413 } : await post("/plan/cv", file);
    if (!answer) return tell("cv", status === 413 ? tooLarge() : problem);
    const found = await answer.json();
    const parts = agree ? forMove(found, data.guide, moves, agree) : toChoose(found, moves);
    $("#proposals").replaceChildren(...parts);
  };
}

const tooLarge = () =>
  `This file is too large: a CV is some pages of text. Save it without pictures, or as text, in ${Math.floor(data.largest / 1e6)} MB or less.`;

// Skills and courses of the move that is planned, then what else the CV tells.
function forMove(found, guide, moves, agree) {
  const lines = asked(found, guide, agree);
  return [
    lines.length ? el("ul", {}, ...lines) : el("p", {}, "Nothing in it is on this guide's list of skills and courses."),
    roles(found, (role) =>
      role.guides.includes(guide)
        ? [el("span", { className: "quiet-text" }, "This move starts there.")]
        : named(role.guides, moves).map((move) => el("a", { href: address(move.slug) }, move.name)),
    ),
    years(found),
  ];
}

// The moves that start from a role of the CV, then those that ask for most of what it names.
function toChoose(found, moves) {
  const counts = new Map(moves.map((move) => [move.slug, of(found, move.slug).length]));
  const starts = new Set(found.roles.flatMap((role) => role.guides));
  const fitting = moves
    .filter((move) => starts.has(move.slug) || counts.get(move.slug))
    .sort((one, other) => starts.has(other.slug) - starts.has(one.slug) || counts.get(other.slug) - counts.get(one.slug))
    .slice(0, MOST_MOVES);
  const chosen = el("div", {});
  const choose = (move) => {
    const query = new URLSearchParams({ guide: move.slug });
    const go = el("a", { className: "button", href: address(move.slug) }, "Plan this move");
    const lines = asked(found, move.slug, (given) => {
      query.append(given.title ? "finished" : given.level, given.title ?? given.skill);
      go.href = `/plan?${query}`;
    });
    chosen.replaceChildren(el("h3", {}, move.name), lines.length ? el("ul", {}, ...lines) : "", el("p", {}, go));
  };
  const buttons = fitting.map((move) => {
    const count = counts.get(move.slug);
    const press = (event) => {
      for (const other of event.currentTarget.closest("ul").querySelectorAll("button")) other.ariaPressed = "false";
      event.currentTarget.ariaPressed = "true";
      choose(move);
    };
    const button = el("button", { type: "button", className: "small", ariaPressed: "false", onclick: press }, move.name);
    return el("li", {}, button, count ? el("span", { className: "quiet-text" }, `your CV names ${count} of what it asks for`) : "");
  });
  return [
    roles(found, () => []),
    years(found),
    buttons.length ? el("h3", {}, "Moves that fit") : el("p", {}, "It names nothing that our guides start from or ask for. Choose a move above."),
    el("ul", {}, ...buttons),
    chosen,
  ];
}

const address = (slug) => `/plan?guide=${encodeURIComponent(slug)}`;
const of = (found, guide) => [...found.skills, ...found.courses].filter((one) => one.guide === guide);
const named = (slugs, moves) => moves.filter((move) => slugs.includes(move.slug));

// A line for each skill and course, with what can be said to it.
function asked(found, guide, agree) {
  const line = (text, words, choices) => {
    const buttons = choices.map(([name, given]) =>
      el("button", {
        type: "button",
        className: "small",
        onclick: () => {
          if (given) agree(given);
          host.remove();
        },
      }, name),
    );
    const host = el("li", {}, el("span", {}, text), quoted(words), ...buttons);
    return host;
  };
  return of(found, guide).map((one) =>
    one.title
      ? line(`Have you finished “${one.title}”?`, one.read_from, [["Yes", { title: one.title }], ["No", null]])
      : line(`Do you have “${one.skill}”?`, one.read_from, [
          ["Yes, solid", { skill: one.skill, level: "solid" }],
          ["Some", { skill: one.skill, level: "some" }],
          ["No", null],
        ]),
  );
}

const quoted = (words) => el("q", { className: "quiet-text" }, words);
const count = (number) => `${number} year${number === 1 ? "" : "s"}`;

function roles(found, more) {
  if (!found.roles.length) return "";
  const lines = found.roles.map((role) => el("li", {}, el("span", {}, `It names “${role.role}”.`), quoted(role.read_from), ...more(role)));
  return el("ul", { className: "roles" }, ...lines);
}

function years(found) {
  if (!found.years.length) return "";
  const lines = found.years.map((one) => el("li", {}, el("span", {}, `About ${count(one.years)}`), quoted(one.read_from)));
  return el(
    "details",
    {},
    el("summary", {}, "Years it tells of ", el("span", { className: "count" }, String(lines.length))),
    el("p", { className: "quiet-text" }, "They change no date. They may help you say how well you know a skill."),
    el("ul", {}, ...lines),
  );
}
