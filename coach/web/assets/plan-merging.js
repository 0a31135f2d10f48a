// Two versions of a plan to one.

export const copy = (value) => JSON.parse(JSON.stringify(value));
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// What tells one entry of a list from another.
const NAMES = {
  ticks: (one) => one.task,
  adjusted: (one) => one.task,
  held: (one) => one.name,
  finished: (one) => one,
  days_off: (one) => JSON.stringify(one),
};

// `theirs` with what is different in `mine` from `before`, the version that both come from. Where
// they come from none, `before` is {}: lists are joined, and else it is mine that counts.
export function merged(before, theirs, mine) {
  const both = copy(theirs);
  for (const name of Object.keys(mine)) {
    if (NAMES[name]) both[name] = entries(before[name] ?? [], theirs[name], mine[name], NAMES[name]);
    else if (!same(mine[name], before[name])) both[name] = copy(mine[name]);
  }
  return both;
}

function entries(before, theirs, mine, nameOf) {
  const find = (list, name) => list.find((one) => nameOf(one) === name) ?? null;
  const names = new Set([...theirs, ...mine].map(nameOf));
  return [...names]
    .map((name) => (same(find(mine, name), find(before, name)) ? find(theirs, name) : find(mine, name)))
    .filter((one) => one !== null);
}
