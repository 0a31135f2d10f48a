// The plan page: what is changed goes to the server, comes back as a plan, and is drawn and kept:
// in the database of who is signed in, else in this browser.

import { beside } from "./plan-beside.js";
import { chart, quotesFrom, strip } from "./plan-chart.js";
import { readCv } from "./plan-cv.js";
import { $, el, redraw, today } from "./plan-dom.js";
import { beginning, form, tell, withAsked } from "./plan-form.js";
import { browsersPlan, forgetHere, keeper, putAside, unkept } from "./plan-keeping.js";
import { copy, merged, same } from "./plan-merging.js";
import { changes, checklist, milestones, notes, skills, summary, taskWindow } from "./plan-parts.js";
import { again, coach, data, passes, post } from "./plan-server.js";

const WAIT = 250;
const ADDRESS = `/plan?guide=${encodeURIComponent(data.guide)}`;

const plan = { preferences: null, kept: data.kept, base: null, browsers: false };
const { store, keep, settled } = keeper(plan, { told: unsure, taken, refused: () => notice("This browser keeps nothing for this site, so save your plan as a file.") });
const retry = again(update);
let shown = null;
let zoom = "quarter";
let asked = 0;
let timer = 0;

const moves = [...$("#guide").options].filter((one) => one.value).map((one) => ({ slug: one.value, name: one.textContent }));

$("#guide").onchange = () => {
  const slug = $("#guide").value;
  location.assign(slug ? `/plan?guide=${encodeURIComponent(slug)}` : "/plan");
};

function begin() {
  const local = coach ? null : browsersPlan(data.guide);
  const left = coach ? null : unkept();
  const { kept } = plan;
  const own = left ? (kept ? merged(left.base ?? beginning(), kept.preferences, left.preferences) : left.preferences) : (kept?.preferences ?? local);
  plan.preferences = own ? copy(own) : withAsked(beginning(), data.asked);
  plan.base = kept ? copy(kept.preferences) : null;
  plan.browsers = local !== null && same(local, plan.preferences);
  // Else a reload would put back what the link asked for.
  if (Object.keys(data.asked).length) history.replaceState(null, "", ADDRESS);
  quotesFrom((task) => shown?.quotes[task]);
  fill();
  tools();
  update();
  if (left && kept && !same(own, kept.preferences)) notice("What you changed last was not in your account yet. It is in this plan now.");
  // A link changes nothing of a plan that is kept: whoever made it may not be its owner.
  if (own) offer(() => withAsked(copy(plan.preferences), data.asked), "The link you came by has other figures than your plan.", "Use the link’s figures");
  if (local && own !== local) {
    offer(
      () => merged({}, plan.preferences, local),
      "This browser has another plan for this move, from before you signed in. What you ticked in either stays ticked.",
      "Use that one",
      () => (plan.browsers = true),
    );
  }
}

// What is wanted is made of the plan as it is when it is agreed to.
function offer(wanted, text, label, agreed = () => {}) {
  if (same(wanted(), plan.preferences)) return;
  const line = notice(
    text,
    el("button", {
      type: "button",
      className: "small",
      onclick: () => {
        plan.preferences = wanted();
        agreed();
        line.remove();
        fill();
        change();
      },
    }, label),
  );
}

function fill() {
  form(plan.preferences, data.skills, data.finishable, soon, lookUp);
  $("#kept-note").textContent = coach
    ? "You see a plan that somebody shared with you. Open a task to comment on it or adjust it."
    : data.account
      ? "Your plan is kept in your account."
      : "Your plan is kept in this browser alone. Sign in to have it everywhere and to share it with a coach.";
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
  store();
  clearTimeout(timer);
  timer = setTimeout(update, WAIT);
}

async function update() {
  clearTimeout(timer);
  const number = ++asked;
  const { answer, ...failed } = await post("/plan.json", { guide: data.guide, preferences: plan.preferences });
  if (number !== asked) return; // a newer one is on its way
  if (!answer) {
    wrong(failed);
    if (passes(failed)) retry.failed(failed);
    return;
  }
  wrong();
  if (coach || !data.account) retry.fine();
  shown = await answer.json();
  $("#result").hidden = false;
  draw();
  keep();
  compare();
}

let compared = 0;
async function compare() {
  const other = $("#other")?.value;
  const number = ++compared;
  if (!other) return $("#beside")?.replaceChildren();
  const { answer, problem } = await post("/plan/compare", { guide: data.guide, preferences: plan.preferences, other });
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
    skills(shown, data.skills, plan.preferences.held);
    strip($("#strip"), shown.plan);
    notes(shown);
    changes(plan.kept, shown, coach, undo);
    if ($("#revoke")) $("#revoke").hidden = !plan.kept?.shared;
  });
}

const drawChart = () => chart($("#chart"), shown, zoom, open, () => redraw(drawChart));

function hints() {
  for (const old of document.querySelectorAll("#notices .hint")) old.remove();
  $("#notices").append(...shown.hints.map((text) => el("p", { className: "banner calm hint" }, text)));
}

// How the last keeping went: null where it went well.
function unsure(failed) {
  if (!failed) {
    $("#unkept")?.remove();
    return retry.fine();
  }
  retry.failed(failed);
  const signedOut = failed.status === 401;
  const text = signedOut
    ? "You are not signed in any more. Nothing is lost: this browser remembers what you change until you sign in again. "
    : `Your last change is not in your account yet. This browser remembers it${passes(failed) ? " and tries again by itself" : ""}. `;
  if ($("#unkept")?.textContent.startsWith(text)) return;
  $("#unkept")?.remove();
  $("#notices").append(el("p", { id: "unkept", className: "banner" }, text, signedOut ? el("a", { href: `/sign-in?next=${encodeURIComponent(ADDRESS)}` }, "Sign in again") : ""));
}

function taken(there) {
  fill();
  notice(
    there
      ? "Your plan was changed elsewhere meanwhile. Those changes and yours are both in it now."
      : "This plan was deleted elsewhere meanwhile. As you changed it here, it is kept again.",
  );
  update();
}

// What can be done with a task
function tick(task, on) {
  plan.preferences.ticks = plan.preferences.ticks.filter((one) => one.task !== task);
  if (on) plan.preferences.ticks.push({ task, on: today(plan.preferences.time_zone) });
  return change();
}

// Returns what is wrong, or nothing.
async function change() {
  store();
  await update();
  return $("#problem").hidden ? "" : $("#problem").textContent;
}

async function adjust(wanted) {
  if (wanted.hours !== null && !(wanted.hours > 0 && wanted.hours <= 2000)) return "Give the hours in figures, such as 12, or leave them empty.";
  if (coach) return coachActs("adjust", wanted);
  plan.preferences.adjusted = plan.preferences.adjusted.filter((one) => one.task !== wanted.task);
  if (wanted.hours !== null || wanted.left_out) plan.preferences.adjusted.push(wanted);
  return change();
}

const comment = (task, text) => (text.trim() ? coachActs("comment", { task, text }) : "Write a line first.");

async function coachActs(act, body) {
  const { answer, problem } = await post(`/plan/shared/${encodeURIComponent(data.token)}/${act}`, body);
  if (!answer) return problem;
  plan.kept = await answer.json();
  plan.preferences = copy(plan.kept.preferences);
  await update();
  return "";
}

async function undo(id) {
  const { answer, problem } = await post("/plan/undo", { guide: data.guide, change: id });
  if (!answer) return notice(problem);
  plan.kept = await answer.json();
  plan.preferences.adjusted = copy(plan.kept.preferences.adjusted);
  plan.base = copy(plan.kept.preferences);
  update();
}

function open(task) {
  taskWindow(task, shown, plan.preferences.adjusted, plan.kept?.changes ?? [], coach, coach, { tick, adjust, comment });
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
    const now = today(plan.preferences.time_zone);
    plan.preferences.replanned = now > plan.preferences.start ? now : plan.preferences.start;
    change();
  };
  $("#file").onchange = openFile;
  readCv(moves, (given) => {
    const { finished, held } = plan.preferences;
    if (given.title) plan.preferences.finished = [...new Set([...finished, given.title])];
    else plan.preferences.held = [...held.filter((one) => one.name !== given.skill), { name: given.skill, level: given.level }];
    fill();
    soon();
  });
  $("#delete").onclick = remove;
  if ($("#share")) {
    $("#share").onclick = share;
    $("#revoke").onclick = async () => {
      const { answer, problem } = await post("/plan/revoke", { guide: data.guide });
      if (answer) plan.kept = { ...plan.kept, shared: false };
      $("#revoke").hidden = Boolean(answer);
      notice(answer ? "The link is ended: nobody can open your plan by it." : problem);
    };
  }
}

async function save(format) {
  $("#save-as").open = false;
  const { answer, ...failed } = await post(`/plan/export?format=${format}`, { guide: data.guide, preferences: plan.preferences });
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
    plan.preferences = { ...beginning(), ...found.preferences };
    fill();
    await change();
    notice("The saved plan is open.");
  } else if (data.account) {
    notice("This file is a plan for another move. Choose that move above, then open the file again.");
  } else {
    putAside(found.guide, found.preferences);
    location.assign(`/plan?guide=${encodeURIComponent(found.guide)}`);
  }
}

let sure = 0;
async function remove() {
  if (Date.now() - sure > 5000) {
    sure = Date.now();
    $("#delete").textContent = "Really delete?";
    setTimeout(() => ($("#delete").textContent = "Delete"), 5000);
    return;
  }
  await settled();
  if (data.account) {
    const { answer, problem } = await post("/plan/delete", { guide: data.guide });
    if (!answer) return notice(problem);
  }
  forgetHere();
  location.assign("/plan");
}

async function share() {
  await settled();
  const { answer, problem } = await post("/plan/share", { guide: data.guide });
  if (!answer) return notice(problem);
  plan.kept = { ...plan.kept, shared: true };
  $("#revoke").hidden = false;
  const address = new URL((await answer.json()).path, location.href).href;
  const field = el("input", { value: address, readOnly: true, "aria-label": "Link to your plan" });
  $("#notices").append(el("p", { className: "banner calm" }, "Coaches who sign in can open your plan by this link, comment and adjust. You can undo what they change. ", field));
  field.select();
}

// The plans there are: in the account, and in this browser.
function plansKept() {
  const own = new Set([...data.plans, ...(coach ? [] : moves.map((one) => one.slug).filter(browsersPlan))]);
  for (const option of $("#guide").options) if (own.has(option.value)) option.append(" · your plan");
  if (!$("#plans") || !own.size) return;
  $("#plans").hidden = false;
  const links = moves.filter((one) => own.has(one.slug)).map((one) => el("li", {}, el("a", { href: `/plan?guide=${encodeURIComponent(one.slug)}` }, one.name)));
  $("#plans ul").append(...links);
}

plansKept();
// A move can have been chosen before this script was there.
if ($("#guide").value !== (data.guide ?? "")) $("#guide").onchange();
else if (data.guide) begin();
else readCv(moves);
