// What the server gave the page, asking it for more, and asking again after a failure.

import { $ } from "./plan-dom.js";

export const data = JSON.parse($("#data").textContent);
export const coach = data.token !== null;

const AWAY = "The plan cannot be reached just now. What you entered is still here; try again in a minute.";
const ENDED = "You are not signed in any more. Sign in again, then go on.";
const TOO_LARGE = "This is too large to be read.";
const FIRST_WAIT = 5000;
const LONGEST_WAIT = 60000;

// What is wrong comes back as a line with its field and status, and is never thrown.
export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  if (data.account) headers["x-account"] = data.account; // another may sign in while the page is open
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers,
      body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
    });
    if (answer.ok) return { answer };
    const { status } = answer;
    if (status === 409) return { conflict: (await answer.json()).newest };
    if (status === 401) return { problem: ENDED, field: "", status };
    if (status === 413) return { problem: TOO_LARGE, field: "", status };
    const told = (await answer.json().catch(() => null)) ?? {};
    const problem = told.problem ?? (status === 429 ? told.detail : AWAY);
    return { problem: [problem, told.remedy].filter(Boolean).join(" "), field: told.field ?? "", status };
  } catch {
    return { problem: AWAY, field: "", status: 0 };
  }
}

// Whether the same may go well later: not where what was sent is wrong.
export const passes = ({ status }) => status === 0 || status === 429 || status >= 500;

// Acts again, less and less often, and as soon as the browser is back. `failed` and `fine` tell how
// it went; who has to sign in again is waited for.
export function again(act) {
  let timer = 0;
  let wait = FIRST_WAIT;
  let open = false;
  const now = () => open && act();
  for (const back of ["online", "focus"]) addEventListener(back, now);
  return {
    failed(why) {
      clearTimeout(timer);
      open = passes(why) || why.status === 401;
      if (!passes(why)) return;
      timer = setTimeout(act, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    },
    fine() {
      clearTimeout(timer);
      wait = FIRST_WAIT;
      open = false;
    },
  };
}
