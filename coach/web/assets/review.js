// The coaches' pages: letters press the button that names them, figures rate, nothing is lost.
"use strict";

const typing = (element) =>
  element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

const rows = () => [...document.querySelectorAll("fieldset.rate")];
let row = 0;

function show(number) {
  const all = rows();
  if (!all.length) return;
  row = Math.max(0, Math.min(number, all.length - 1));
  all.forEach((one, place) => one.classList.toggle("current", place === row));
  all[row].scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const place = rows().indexOf(event.target.closest("fieldset.rate"));
  if (place >= 0) show(place);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (rows().length) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      show(row + (event.key === "ArrowDown" ? 1 : -1));
      return;
    }
    if ("123".includes(event.key)) {
      rows()[row].querySelectorAll("input")[Number(event.key) - 1].checked = true;
      show(row + 1);
      return;
    }
  }
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});

// An item: what is typed there is left only by intent.
const work = document.getElementById("work");
if (work) {
  let unkept = "unkept" in work.dataset;
  let sent = false;
  // What answers a press stands at the item's own address, where it can be loaded again.
  if (location.pathname !== work.dataset.address) {
    history.replaceState(null, "", work.dataset.address);
  }
  document.addEventListener("input", (event) => {
    if (event.target.form !== work || event.target.closest(".look")) return;
    unkept = true;
    document.getElementById("unkept").hidden = true;
  });
  work.addEventListener("submit", (event) => {
    if (unkept && event.submitter?.hasAttribute("data-leaves")) {
      event.preventDefault();
      unkept = false; // pressed again, it leaves
      document.getElementById("unkept").hidden = false;
      return;
    }
    sent = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unkept && !sent) event.preventDefault();
  });
}

show(0);
