// Keeping a plan: in this browser for who is signed out, else in the account, and in this browser
// until the account has it.

import { beginning } from "./plan-form.js";
import { copy, merged, same } from "./plan-merging.js";
import { coach, data, post } from "./plan-server.js";

const OWN = "pathway-plan:";
const UNKEPT = `pathway-plan-unkept:${data.account}:`;

function load(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Where nothing may be stored, nothing is.
  }
}

// The plan for a move that was made in this browser while signed out.
export function browsersPlan(guide) {
  const found = load(OWN + guide);
  return found && { ...beginning(), ...found };
}

export const putAside = (guide, preferences) => localStorage.setItem(OWN + guide, JSON.stringify(preferences));

// What was changed while signed in and is not in the account yet, with what it was changed from.
export const unkept = () => (data.account ? load(UNKEPT + data.guide) : null);

export function forgetHere() {
  forget(OWN + data.guide);
  forget(UNKEPT + data.guide);
}

// `plan` holds `preferences`; `kept`, as the account has them, and `base`, those kept last, to tell
// one's own changes from others'; `browsers`, whether the plan of this browser is part of it.
// `acts.told` hears how each keeping went, `acts.taken` that others' changes are in the plan now.
export function keeper(plan, acts) {
  let keeping = null;
  let again = false;

  function store() {
    if (coach) return;
    const name = data.account ? UNKEPT : OWN;
    const what = data.account ? { preferences: plan.preferences, base: plan.base } : plan.preferences;
    try {
      localStorage.setItem(name + data.guide, JSON.stringify(what));
    } catch {
      if (!data.account) acts.refused();
    }
  }

  // One at a time, so that each follows the version before.
  function keep() {
    store();
    if (coach || !data.account) return;
    again = true;
    keeping ??= keepAll().finally(() => (keeping = null));
  }

  async function keepAll() {
    while (again) {
      again = false;
      const given = copy(plan.preferences);
      if (plan.base && same(given, plan.base)) {
        safe(given);
        continue;
      }
      const { answer, conflict, ...failed } = await post("/plan/keep", { guide: data.guide, preferences: given, version: plan.kept?.version ?? null });
      if (answer) {
        plan.kept = await answer.json();
        plan.base = given;
        safe(given);
      } else if (conflict !== undefined) {
        take(conflict);
      } else {
        acts.told(failed);
      }
    }
  }

  function safe(given) {
    if (same(plan.preferences, given)) forget(UNKEPT + data.guide);
    else store();
    if (plan.browsers) forget(OWN + data.guide);
    acts.told(null);
  }

  // A coach, or another browser, has changed the plan meanwhile: theirs, and then one's own on top.
  function take(newest) {
    if (newest) plan.preferences = merged(plan.base ?? beginning(), newest.preferences, plan.preferences);
    plan.kept = newest;
    plan.base = newest ? copy(newest.preferences) : null;
    store();
    acts.taken(newest !== null);
  }

  return { store, keep, settled: () => keeping };
}
