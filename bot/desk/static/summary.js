// Composing what was agreed: search as you type, lines that come, go and move by keyboard, a draft that is kept.
"use strict";

const kept = `desk-summary-${location.pathname.replace(/\/preview$/, "")}`;
const form = document.getElementById("compose") ?? document.getElementById("preview");
const press = (id) => {
  const button = document.getElementById(id);
  button?.click();
  return Boolean(button);
};

// ---- the draft: what was typed is there again after closing, leaving or a lost connection ----

function keep() {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrf");
  sessionStorage.setItem(kept, fields.toString());
}

/** Opens the form as it was left: the server makes the page of it. */
function restore(draft) {
  const again = document.createElement("form");
  again.method = "post";
  again.action = form.action;
  const fields = new URLSearchParams(draft);
  fields.set("csrf", form.elements.csrf.value);
  fields.set("do", "edit");
  for (const [name, value] of fields) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    again.append(field);
  }
  again.hidden = true;
  document.body.append(again);
  sessionStorage.removeItem(kept); // what cannot be opened is not tried again and again
  again.submit();
}

// ---- lines ----

const lines = document.getElementById("lines");
const find = document.getElementById("find");
const options = [...document.querySelectorAll("#found [role=option]")];
const option = (value) => options.find((one) => one.dataset.value === value);

/** The fields and the words of a line as whoever does it asks for them. */
function fit(line) {
  const { phrase, number } = line.dataset;
  const who = line.querySelector(`#who-${number}`).value;
  const wanted = option(phrase === "free" ? "free" : `${phrase}/${who === "resident" ? "you" : "we"}`);
  if (!wanted) return;
  const words = wanted.querySelector(".sentence").textContent;
  line.querySelector(".sentence").textContent = words;
  for (const said of line.querySelectorAll(".said-of")) said.textContent = words;
  const asks = phrase === "free" ? ["words"] : wanted.dataset.asks.split(" ");
  for (const part of line.querySelectorAll(".given")) {
    part.hidden = !asks.includes(part.dataset.of);
  }
  const by = line.querySelector(".by");
  for (const name of asks) by.before(...line.querySelectorAll(`.parts .given[data-of="${name}"]`));
  by.hidden = asks.includes("date"); // what names a day is due on it
}

/** Where the day of a line is: in its sentence, or beside it. */
const dayOf = (line) =>
  line.querySelector(line.querySelector(".by").hidden ? "[id^=date-]" : "[id^=due-]");

function changed(words) {
  document.getElementById("no-lines").hidden = lines.children.length > 0;
  desk.say(words);
  keep();
}

const spoken = (line) => line.querySelector(".sentence").textContent;
const place = (line) => `regel ${[...lines.children].indexOf(line) + 1} van ${lines.children.length}`;

/** The fields in which something is filled in, in their order. */
const fieldsOf = (line) =>
  [...line.querySelectorAll("input:not([type=hidden]), select")].filter((one) => !one.closest("[hidden]"));

/** A line of the sentence that was chosen, at the end; the first field that it asks for has the focus. */
function add(chosen) {
  if (lines.children.length >= Number(form.dataset.most)) {
    desk.say("Meer regels passen er niet in één samenvatting.");
    return;
  }
  const [phrase, said] = chosen.dataset.value.split("/");
  const number = 1 + Math.max(0, ...[...lines.children].map((one) => Number(one.dataset.number)));
  const made = document.getElementById("blank").content.firstElementChild.cloneNode(true);
  made.dataset.phrase = phrase;
  made.dataset.number = number;
  for (const one of made.querySelectorAll("[id], [name], [for], [value]")) {
    for (const name of ["id", "name", "for"]) {
      if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(/-0$/, `-${number}`));
    }
    if (one.name === "do") one.value = one.value.replace(/:0(?=:|$)/, `:${number}`);
  }
  made.querySelector(`[name=line-${number}]`).value = phrase;
  made.querySelector(".icon").textContent = chosen.dataset.icon ?? "✏️";
  const who = made.querySelector(`#who-${number}`);
  if (phrase !== "free") {
    for (const one of [...who.options]) {
      if (!option(`${phrase}/${one.value === "resident" ? "you" : "we"}`)) one.remove();
    }
  }
  if (said === "we") who.value = form.dataset.usual;
  for (const part of made.querySelectorAll(".given")) {
    const asked = ["you", "we"].some((form_) => option(`${phrase}/${form_}`)?.dataset.asks.split(" ").includes(part.dataset.of));
    if (phrase === "free" ? part.dataset.of !== "words" : !asked) part.remove();
  }
  if (phrase === "free") made.querySelector(`#words-${number}`).value = find.value.trim();
  lines.append(made);
  fit(made);
  find.value = "";
  show();
  changed(`Toegevoegd: ${spoken(made)}, ${place(made)}.`);
  const [first] = fieldsOf(made).filter((one) => one.id !== `who-${number}` && !one.value);
  (first ?? find).focus();
  made.scrollIntoView({ block: "nearest" });
}

function move(line, by) {
  const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (by < 0) other.before(line);
  else other.after(line);
  focused?.focus();
  line.scrollIntoView({ block: "nearest" });
  changed(`${spoken(line)}: ${place(line)}.`);
}

function remove(line) {
  const next = line.nextElementSibling ?? line.previousElementSibling;
  const words = spoken(line);
  line.remove();
  (next ? fieldsOf(next).at(-1) : find).focus();
  changed(`Weggehaald: ${words}`);
}

const acts = { up: (line) => move(line, -1), down: (line) => move(line, 1), remove };

/** To the next field of the line; after the last one back to searching. */
function next(field) {
  const fields = fieldsOf(field.closest(".line"));
  (fields[fields.indexOf(field) + 1] ?? find).focus();
}

/** What was begun and can only be one thing is finished. */
function complete(field) {
  const typed = field.value.trim().toLowerCase();
  const all = [...(field.list?.options ?? [])].map((one) => one.value);
  const fits = all.filter((one) => one.toLowerCase().includes(typed));
  if (typed && fits.length === 1) field.value = fits[0];
}

// ---- searching: a combobox with a list (ARIA practices) ----

const list = document.getElementById("found");
const plain = (words) => words.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
let active = null;

function choose(one) {
  active?.setAttribute("aria-selected", "false");
  active = one;
  one?.setAttribute("aria-selected", "true");
  one?.scrollIntoView({ block: "nearest" });
  if (one) find.setAttribute("aria-activedescendant", one.id);
  else find.removeAttribute("aria-activedescendant");
}

function close() {
  list.hidden = true;
  find.setAttribute("aria-expanded", "false");
  choose(null);
}

/** Shows what has each of the words, or what begins with it; a line of one's own is always there. */
function show(all = false) {
  const wanted = plain(find.value).split(/\s+/).filter(Boolean);
  if (!all && !wanted.length) {
    close();
    return;
  }
  list.hidden = false;
  find.setAttribute("aria-expanded", "true");
  for (const one of options) {
    const words = (one.dataset.text ??= plain(`${one.textContent} ${one.dataset.found ?? ""}`)).split(/[^\p{L}\p{N}]+/u);
    one.hidden = one.dataset.value !== "free" && !wanted.every((it) => words.some((word) => word.startsWith(it)));
  }
  const found = options.filter((one) => !one.hidden);
  choose(wanted.length ? found[0] : null);
  const count = found.length - 1;
  desk.say(count ? `${count} ${count === 1 ? "zin" : "zinnen"} gevonden.` : "Geen zin gevonden; Enter maakt een eigen regel.");
}

function step(by) {
  if (list.hidden) show(true);
  const found = options.filter((one) => !one.hidden);
  const at = found.indexOf(active);
  choose(found[(at + by + found.length) % found.length] ?? found[0]);
}

if (form?.id === "compose") {
  const draft = sessionStorage.getItem(kept);
  if (form.dataset.restore && draft && /(^|&)line-\d/.test(draft)) restore(draft);
  else setUp();
}

function setUp() {
  const box = { role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(box)) find.setAttribute(name, value);
  document.getElementById("search").hidden = true;
  document.getElementById("matches")?.remove();
  for (const one of document.querySelectorAll(".with-scripts")) one.hidden = false;
  for (const line of lines.children) fit(line);
  find.addEventListener("input", () => show());
  find.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (one) add(one);
  });
  find.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Enter: () => void (active && add(active)),
      Escape: () => (list.hidden ? false : close()),
    };
    if (keys[event.key] && keys[event.key]() !== false) event.preventDefault();
  });
  lines.addEventListener("change", (event) => {
    if (event.target.matches("[id^=who-]")) fit(event.target.closest(".line"));
  });
  lines.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest(".line");
    if ("day" in button.dataset) {
      dayOf(line).value = button.dataset.day;
      changed(`Uiterlijk: ${button.firstChild.textContent}.`);
    } else {
      acts[button.dataset.do](line);
    }
  });
  lines.addEventListener("keydown", (event) => {
    const line = event.target.closest(".line");
    if (!line || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      const act = { ArrowUp: acts.up, ArrowDown: acts.down, Delete: remove }[event.key];
      if (act) {
        event.preventDefault();
        act(line);
      }
      return;
    }
    if (!event.target.matches("input, select")) return;
    if (event.key === "Enter") {
      event.preventDefault();
      complete(event.target);
      next(event.target);
    } else if (event.target.type === "date") {
      const quick = line.querySelector(`.quick [data-key="${event.key}"]`);
      if (!quick) return;
      event.preventDefault();
      event.target.value = quick.dataset.day;
      keep();
    }
  });
  form.addEventListener("input", keep);
  keep();
  (document.getElementById("refused") ?? find).focus();
}

// ---- keys ----

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  press("to-preview") || press("send");
});
form?.addEventListener("submit", keep);
if (form?.id === "preview") {
  keep();
  (document.getElementById("lacks") ?? document.getElementById("refused"))?.focus();
}
desk.shortcuts({
  "/": () => find && (find.focus(), true),
  v: () => press("edit"),
  Escape: () => press("back"),
});
