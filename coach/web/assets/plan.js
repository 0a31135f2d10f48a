// The plan page: what is changed goes to the server, comes back as a plan, and is drawn and kept:
// in the database of who is signed in, else in this browser.

import { beside } from "./plan-beside.js";
import { chart, quotesFrom, strip } from "./plan-chart.js";
import { $, el, redraw, today } from "./plan-dom.js";
import { beginning, form, proposals, tell, withAsked } from "./plan-form.js";
import { changes, checklist, milestones, notes, skills, summary, taskWindow } from "./plan-parts.js";

const WAIT = 250;
const LARGEST_CV = 1900000; // what the server takes of any page, in bytes
const AWAY = "The plan cannot be reached just now. What you entered is still here; try again in a minute.";
const data = JSON.parse($("#data").textContent);
const coach = data.token !== null;
const PLACE = "pathway-plan:";

let kept = data.kept;
let preferences = null;
let base = null; // what was kept last, to tell one's own changes from others'
let shown = null;
let zoom = "quarter";
let asked = 0;
let timer = 0;
let keeping = null;
let again = false;
let waiting = false; // whether this browser's own plan is offered, so not to be removed yet

$("#guide").onchange = () => {
  const slug = $("#guide").value;
  location.assign(slug ? `/plan?guide=${encodeURIComponent(slug)}` : "/plan");
};

function begin() {
  const local = coach ? null : stored();
  const own = kept?.preferences ?? local;
  preferences = own ? copy(own) : withAsked(beginning(), data.asked);
  base = kept ? copy(kept.preferences) : null;
  // Else a reload would put back what the link asked for.
  if (Object.keys(data.asked).length) history.replaceState(null, "", `/plan?guide=${encodeURIComponent(data.guide)}`);
  quotesFrom((task) => shown?.quotes[task]);
  fill();
  tools();
  update();
  // A link changes nothing of a plan that is kept: whoever made it may not be its owner.
  if (own) offer(withAsked(copy(own), data.asked), "The link you came by has other figures than your plan.", "Use the link’s figures");
  if (kept && local) {
    waiting = !same(local, preferences);
    offer(local, "This browser has another plan for this move, from before you signed in.", "Use that one");
  }
}

function offer(wanted, text, label) {
  if (same(wanted, preferences)) return;
  const line = notice(
    text,
    el("button", {
      type: "button",
      className: "small",
      onclick: () => {
        preferences = wanted;
        waiting = false;
        line.remove();
        fill();
        change();
      },
    }, label),
  );
}

function fill() {
  form(preferences, data.skills, data.finishable, soon, lookUp);
  $("#kept-note").textContent = coach
    ? "You see a plan that somebody shared with you. Open a task to comment on it or adjust it."
    : data.signedIn
      ? "Your plan is kept in your account."
      : "Your plan is kept in this browser alone. Sign in to have it everywhere and to share it with a coach.";
}

const copy = (value) => JSON.parse(JSON.stringify(value));

function stored() {
  try {
    const text = localStorage.getItem(PLACE + data.guide);
    return text ? { ...beginning(), ...JSON.parse(text) } : null;
  } catch {
    return null;
  }
}

function store() {
  try {
    localStorage.setItem(PLACE + data.guide, JSON.stringify(preferences));
  } catch {
    notice("This browser keeps nothing for this site, so save your plan as a file.");
  }
}

// Asking the server. What is wrong comes back as a line, and is never thrown.
async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
    });
    if (answer.ok) return { answer };
    if (answer.status === 409) return { conflict: (await answer.json()).newest };
    if (answer.status === 401) return { problem: "You are not signed in any more. Sign in again, then reload this page.", field: "" };
    const told = (await answer.json().catch(() => null)) ?? {};
    return { problem: [told.problem ?? AWAY, told.remedy].filter(Boolean).join(" "), field: told.field ?? "" };
  } catch {
    return { problem: AWAY, field: "" };
  }
}

function wrong({ problem = "", field = "" } = {}) {
  const placed = tell(field, problem);
  $("#problem").hidden = !problem || placed;
  $("#problem").textContent = placed ? "" : problem;
  $("#result").classList.toggle("stale", Boolean(problem));
}

function notice(text, ...more) {
  const line = el("p", { className: "banner calm" }, text, ...more, el("button", { type: "button", className: "small", onclick: () => line.remove() }, "Close"));
  $("#notices").append(line);
  return line;
}

function soon() {
  if (!coach && !data.signedIn) store();
  clearTimeout(timer);
  timer = setTimeout(update, WAIT);
}

async function update() {
  clearTimeout(timer);
  const number = ++asked;
  const given = copy(preferences);
  const { answer, ...failed } = await post("/plan.json", { guide: data.guide, preferences: given });
  if (number !== asked) return false; // a newer one is on its way
  if (!answer) {
    wrong(failed);
    return false;
  }
  wrong();
  shown = await answer.json();
  $("#result").hidden = false;
  draw();
  keep();
  compare();
  return true;
}

let compared = 0;
async function compare() {
  const other = $("#other")?.value;
  const number = ++compared;
  if (!other) return $("#beside")?.replaceChildren();
  const { answer, problem } = await post("/plan/compare", { guide: data.guide, preferences: copy(preferences), other });
  if (number !== compared) return; // another is on its way
  $("#other-problem").textContent = problem ?? "";
  if (answer) beside(await answer.json());
}

function draw() {
  redraw(() => {
    hints();
    summary(shown);
    drawChart();
    milestones(shown);
    checklist(shown, coach, tick, open);
    skills(shown, data.skills, preferences.held);
    strip($("#strip"), shown.plan);
    notes(shown);
    changes(kept, shown, coach, undo);
    if ($("#revoke")) $("#revoke").hidden = !kept?.shared;
  });
}

const drawChart = () => chart($("#chart"), shown, zoom, open, () => redraw(drawChart));

function hints() {
  for (const old of document.querySelectorAll("#notices .hint")) old.remove();
  $("#notices").append(...shown.hints.map((text) => el("p", { className: "banner calm hint" }, text)));
}

// Keeping, one at a time, so that each follows the version before.
function keep() {
  if (coach) return;
  if (!data.signedIn) return store();
  again = true;
  keeping ??= keepAll().finally(() => (keeping = null));
}

async function keepAll() {
  while (again) {
    again = false;
    const given = copy(preferences);
    if (base && same(given, base)) return;
    const { answer, conflict, problem } = await post("/plan/keep", { guide: data.guide, preferences: given, version: kept?.version ?? null });
    if (answer) {
      kept = await answer.json();
      base = given;
      if (!waiting) localStorage.removeItem(PLACE + data.guide);
    } else if (conflict !== undefined) {
      take(conflict);
    } else if (problem) {
      notice(`Your last change is not kept yet. ${problem}`);
    }
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// A coach, or another browser, has changed the plan meanwhile: theirs, and then one's own on top.
function take(newest) {
  const theirs = newest?.preferences ?? beginning();
  const before = base ?? beginning();
  for (const name of Object.keys(theirs)) {
    if (["ticks", "adjusted"].includes(name)) preferences[name] = merged(before[name], theirs[name], preferences[name]);
    else if (same(preferences[name], before[name])) preferences[name] = copy(theirs[name]);
  }
  kept = newest;
  base = newest ? copy(newest.preferences) : null;
  fill();
  if (newest) notice("Your plan was changed elsewhere meanwhile. Those changes and yours are both in it now.");
  update();
}

function merged(before, theirs, mine) {
  const find = (list, task) => list.find((one) => one.task === task) ?? null;
  const tasks = new Set([...theirs, ...mine].map((one) => one.task));
  return [...tasks].map((task) => (same(find(mine, task), find(before, task)) ? find(theirs, task) : find(mine, task))).filter(Boolean);
}

// What can be done with a task
function tick(task, on) {
  preferences.ticks = preferences.ticks.filter((one) => one.task !== task);
  if (on) preferences.ticks.push({ task, on: today(preferences.time_zone) });
  return change();
}

// Returns what is wrong, or nothing.
async function change() {
  if (!coach && !data.signedIn) store();
  await update();
  return $("#problem").hidden ? "" : $("#problem").textContent;
}

async function adjust(wanted) {
  if (wanted.hours !== null && !(wanted.hours > 0 && wanted.hours <= 2000)) return "Give the hours in figures, such as 12, or leave them empty.";
  if (coach) return coachActs("adjust", wanted);
  preferences.adjusted = preferences.adjusted.filter((one) => one.task !== wanted.task);
  if (wanted.hours !== null || wanted.left_out) preferences.adjusted.push(wanted);
  return change();
}

const comment = (task, text) => (text.trim() ? coachActs("comment", { task, text }) : "Write a line first.");

async function coachActs(act, body) {
  const { answer, problem } = await post(`/plan/shared/${encodeURIComponent(data.token)}/${act}`, body);
  if (!answer) return problem;
  kept = await answer.json();
  preferences = copy(kept.preferences);
  await update();
  return "";
}

async function undo(id) {
  const { answer, problem } = await post("/plan/undo", { guide: data.guide, change: id });
  if (!answer) return notice(problem);
  kept = await answer.json();
  preferences.adjusted = copy(kept.preferences.adjusted);
  base = copy(kept.preferences);
  update();
}

function open(task) {
  taskWindow(task, shown, preferences.adjusted, kept?.changes ?? [], coach, coach, { tick, adjust, comment });
}

async function lookUp(text) {
  const { answer, ...failed } = await post("/plan/match", { guide: data.guide, said: [text] });
  if (answer) return answer.json();
  wrong(failed);
  return null;
}

function tools() {
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.onclick = () => {
      zoom = button.dataset.zoom;
      for (const other of document.querySelectorAll("[data-zoom]")) other.ariaPressed = String(other === button);
      if (shown) drawChart();
    };
  }
  for (const button of document.querySelectorAll("[data-format]")) button.onclick = () => save(button.dataset.format);
  addEventListener("resize", () => shown && redraw(() => (drawChart(), strip($("#strip"), shown.plan))));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#save-as")) $("#save-as").open = false;
  });
  if ($("#other")) $("#other").onchange = compare;
  $("#form").onsubmit = (event) => event.preventDefault();
  if (coach) return;
  $("#replan").onclick = () => {
    const now = today(preferences.time_zone);
    preferences.replanned = now > preferences.start ? now : preferences.start;
    change();
  };
  $("#file").onchange = openFile;
  $("#cv").onchange = readCv;
  $("#delete").onclick = remove;
  if ($("#share")) {
    $("#share").onclick = share;
    $("#revoke").onclick = async () => {
      const { answer, problem } = await post("/plan/revoke", { guide: data.guide });
      if (answer) kept = { ...kept, shared: false };
      $("#revoke").hidden = Boolean(answer);
      notice(answer ? "The link is ended: nobody can open your plan by it." : problem);
    };
  }
}

async function save(format) {
  $("#save-as").open = false;
  const { answer, ...failed } = await post(`/plan/export?format=${format}`, { guide: data.guide, preferences });
  if (!answer) return wrong(failed);
  const link = el("a", { href: URL.createObjectURL(await answer.blob()), download: `plan-${data.guide}.${format}` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function openFile() {
  const [file] = $("#file").files;
  $("#file").value = "";
  if (!file) return;
  if (file.size > 1000000) return notice("This file is too large for a plan. Choose one that was saved here as JSON.");
  const { answer, problem } = await post("/plan/import", await file.text());
  if (!answer) return notice(problem);
  const found = await answer.json();
  if (found.guide === data.guide) {
    preferences = { ...beginning(), ...found.preferences };
    fill();
    await change();
    notice("The saved plan is open.");
  } else if (data.signedIn) {
    notice("This file is a plan for another move. Choose that move above, then open the file again.");
  } else {
    localStorage.setItem(PLACE + found.guide, JSON.stringify(found.preferences));
    location.assign(`/plan?guide=${encodeURIComponent(found.guide)}`);
  }
}

async function readCv() {
  const [file] = $("#cv").files;
  $("#cv").value = "";
  if (!file) return;
  tell("", "");
  $("#proposals").replaceChildren();
  if (file.size > LARGEST_CV) {
    tell("cv", "This file is too large: a CV is some pages of text. Save it without pictures, or as text, in 2 MB or less.");
    return;
  }
  const { answer, ...failed } = await post(`/plan/cv?name=${encodeURIComponent(file.name)}`, file);
  if (!answer) return wrong(failed);
  proposals(await answer.json(), data.guide, (given) => {
    if (given.title) preferences.finished = [...new Set([...preferences.finished, given.title])];
    else preferences.held = [...preferences.held.filter((one) => one.name !== given.skill), { name: given.skill, level: given.level }];
    fill();
    soon();
  });
}

let sure = 0;
async function remove() {
  if (Date.now() - sure > 5000) {
    sure = Date.now();
    $("#delete").textContent = "Really delete?";
    setTimeout(() => ($("#delete").textContent = "Delete"), 5000);
    return;
  }
  await keeping;
  if (data.signedIn) {
    const { answer, problem } = await post("/plan/delete", { guide: data.guide });
    if (!answer) return notice(problem);
  }
  localStorage.removeItem(PLACE + data.guide);
  location.assign("/plan");
}

async function share() {
  await keeping;
  const { answer, problem } = await post("/plan/share", { guide: data.guide });
  if (!answer) return notice(problem);
  kept = { ...kept, shared: true };
  $("#revoke").hidden = false;
  const address = new URL((await answer.json()).path, location.href).href;
  const field = el("input", { value: address, readOnly: true, "aria-label": "Link to your plan" });
  $("#notices").append(el("p", { className: "banner calm" }, "Coaches who sign in can open your plan by this link, comment and adjust. You can undo what they change. ", field));
  field.select();
}

// A move can have been chosen before this script was there.
if ($("#guide").value !== (data.guide ?? "")) $("#guide").onchange();
else if (data.guide) begin();
