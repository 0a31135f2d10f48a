// Making elements and saying dates. Text of guides and people goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
export const DAY = 86400000;

export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function svg(tag, given = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export const $ = (selector) => document.querySelector(selector);

// Days are counted in UTC, where none has 23 or 25 hours.
export const days = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY;
export const iso = (count) => new Date(count * DAY).toISOString().slice(0, 10);
export const weekday = (count) => (count + 3) % 7; // the first day of 1970 was a Thursday

const LONG = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
const SHORT = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };

export const said = (text) => new Date(days(text) * DAY).toLocaleDateString("en-GB", LONG);
export const shortly = (text) => new Date(days(text) * DAY).toLocaleDateString("en-GB", SHORT);

export function today(zone) {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());
  } catch {
    return new Intl.DateTimeFormat("en-CA").format(new Date());
  }
}

export const hours = (count) => `${Math.round(count).toLocaleString("en-GB")} h`;

// Draw anew and leave the keyboard where it was.
export function redraw(draw) {
  const key = document.activeElement?.dataset?.key;
  draw();
  if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
