// The phrasebook: finds while one types, and shows how a sentence reads. Without it, both are there at the press of a button.
"use strict";

const find = document.getElementById("q");
const entries = document.getElementById("entries");
const sentences = [...document.querySelectorAll("textarea[id]")];
const reads = document.querySelectorAll("[data-reads]");

/** Shows the entries that all words are found in. */
function filter() {
  const asked = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const entry of entries.children) {
    const shown = asked.every((word) => entry.dataset.find.includes(word));
    entry.hidden = !shown;
    if (shown) count += 1;
  }
  document.getElementById("found").textContent = count === 1 ? "1 zin" : `${count} zinnen`;
  document.getElementById("none").hidden = count > 0;
}

/** Fills in a sentence as it is typed. */
function preview(field) {
  const place = document.querySelector(`[data-reads="${field.id}"]`);
  const samples = document.querySelector(`[data-samples="${field.lang}"]`).dataset.values;
  let words = field.value.trim();
  for (const [slot, value] of Object.entries(JSON.parse(samples))) words = words.replaceAll(slot, value);
  place.textContent = words;
  place.parentElement.hidden = !words;
}

if (find) {
  // What the server did not send cannot be found here: with a question in the address, the whole list comes first.
  const address = new URL(location.href);
  if (!address.searchParams.get("q")) {
    find.addEventListener("input", filter);
    find.form.addEventListener("submit", (event) => event.preventDefault());
    find.form.querySelector("button").hidden = true;
    if (find.value) filter(); // the browser kept what was typed
  }
  document.addEventListener("keydown", (event) => {
    const isOff = localStorage.getItem("desk-shortcuts") === "off" || event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === "/" && !isOff && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      find.focus();
    }
  });
}

if (reads.length) {
  let last = sentences[0];
  for (const field of sentences) {
    field.addEventListener("input", () => preview(field));
    field.addEventListener("focus", () => (last = field));
    preview(field);
  }
  const insert = document.getElementById("insert");
  insert.hidden = false;
  insert.addEventListener("click", (event) => {
    const slot = event.target.dataset.insert;
    if (!slot) return;
    last.setRangeText(slot, last.selectionStart, last.selectionEnd, "end");
    last.focus();
    preview(last);
  });
}
