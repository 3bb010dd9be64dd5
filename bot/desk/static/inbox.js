// The inbox: rows that come and go by themselves, and keys to walk through them.
"use strict";

const crises = () => Number(desk.parts.querySelector("[data-crises]").dataset.crises);

desk.keepFresh(async () => {
  const before = crises();
  const fresh = await desk.fetchParts(desk.parts.dataset.source);
  if (!fresh) return;
  desk.replace(fresh);
  const ours = desk.parts.querySelector("[data-ours]").dataset.ours;
  document.title = document.title.replace(/^(\(\d+\) )?/, ours === "0" ? "" : `(${ours}) `);
  desk.countNews(Number(desk.parts.querySelector("[data-agenda]").dataset.agenda));
  desk.countNews(Number(desk.parts.querySelector("[data-tasks]").dataset.tasks), "tasks-due");
  if (crises() > before) desk.say("Er is een nieuw dossier met crisis.");
});

/** Moves the focus `by` rows, from the first when it is on none. */
function move(by) {
  const rows = [...document.querySelectorAll("a.row")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[to].focus();
  rows[to].scrollIntoView({ block: "nearest" });
  return true;
}

const next = () => move(1);
const previous = () => move(-1);
desk.shortcuts({
  j: next,
  ArrowDown: next,
  k: previous,
  ArrowUp: previous,
  "/": () => {
    document.getElementById("q").focus();
    return true;
  },
});
