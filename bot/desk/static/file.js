// A file: new messages appear, a draft survives a reload, colleagues see who is here.
"use strict";

const list = document.getElementById("messages");
const scroll = document.getElementById("scroll");
const form = document.getElementById("reply-form");
const text = document.getElementById("text");
const head = () => desk.parts.querySelector('[data-part="head"]');
const lastSeq = () => Number(list.lastElementChild?.dataset.seq ?? 0);

// ---- messages and parts ----

const toEnd = () => {
  scroll.scrollTop = scroll.scrollHeight;
};
const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
// A photo gets its height when it is there, a bar above takes room: who is at the end stays there, until they go up.
let follows = !/^#m\d+$/.test(location.hash);
let place = 0;
scroll.addEventListener("scroll", () => {
  follows = atEnd() || (follows && scroll.scrollTop >= place);
  place = scroll.scrollTop;
});
const stay = new ResizeObserver(() => follows && toEnd());
stay.observe(list);
stay.observe(scroll);

/** Adds new messages and replaces those that changed (a delivery). What is read stays in place. */
function showMessages(fresh) {
  const follow = atEnd();
  let arrived = 0;
  for (const message of [...fresh.children]) {
    const old = document.getElementById(message.id);
    if (!old && Number(message.dataset.seq) > lastSeq()) {
      list.append(document.adoptNode(message));
      arrived += message.dataset.author === "bot" ? 0 : 1;
    } else if (old && old.outerHTML !== message.outerHTML && !old.contains(document.activeElement)) {
      old.replaceWith(document.adoptNode(message));
    }
  }
  if (follow) toEnd();
  return arrived;
}

/** The answer can be sent by who has the conversation; what was typed stays either way. */
function showForm() {
  if (!form) return;
  // What came in after this page was made counts as seen once it stands here.
  for (const { elements } of [form, document.getElementById("spoke-form")]) {
    elements.seen.value = Math.max(lastSeq(), Number(elements.seen.value));
  }
  const mine = head().dataset.mine === "yes";
  form.hidden = !mine && !text.value;
  form.querySelector("button").disabled = !mine;
}

/** This file became one with another: what is being typed is not thrown away. */
desk.moved = () => {
  if (![...document.querySelectorAll("textarea")].some((one) => one.value)) {
    location.reload();
    return;
  }
  document.getElementById("refused")?.remove();
  document.getElementById("moved").hidden = false;
};

if (!desk.parts.dataset.older) {
  desk.keepFresh(async () => {
    const fresh = await desk.fetchParts(`${desk.parts.dataset.source}?after=${lastSeq()}`);
    if (!fresh) return;
    const messages = fresh.querySelector('[data-part="messages"]');
    messages.remove();
    desk.replace(fresh);
    if (showMessages(messages)) desk.say("Er is een nieuw bericht.");
    showForm();
  });
}

// ---- the draft: kept in this tab, with the number that makes sending it twice the same as once ----

if (form) {
  const kept = `desk-draft-${location.pathname}`;
  const sent = new URLSearchParams(location.search).get("sent");
  const draft = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  if (sent) {
    if (draft?.id === sent) sessionStorage.removeItem(kept);
    history.replaceState(null, "", location.pathname + location.hash);
  } else if (draft && !text.value) {
    text.value = draft.text;
    form.elements.client_id.value = draft.id;
  }
  const keep = () => {
    const value = { text: text.value, id: form.elements.client_id.value };
    if (text.value) sessionStorage.setItem(kept, JSON.stringify(value));
    else sessionStorage.removeItem(kept);
  };
  text.addEventListener("input", keep);
  const file = form.elements.file;
  const check = () => {
    const [chosen] = file.files;
    const isTooBig = chosen && chosen.size > Number(file.dataset.most);
    file.setCustomValidity(isTooBig ? "Dit bestand is te groot. Kies een kleiner bestand." : "");
    text.required = !chosen;
    if (isTooBig) file.reportValidity();
  };
  file.addEventListener("change", check);
  check();
  form.addEventListener("submit", keep); // the page may have come back with the text, under a new number
  showForm();
}

// What was agreed and sent is no draft any more.
if (new URLSearchParams(location.search).has("summary")) {
  sessionStorage.removeItem(`desk-summary-${location.pathname}/summary`);
  history.replaceState(null, "", location.pathname + location.hash);
}

// ---- Ctrl+Enter sends what is being typed: an answer or a note ----

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
  event.preventDefault();
  if (!event.target.form.querySelector("button").disabled) event.target.form.requestSubmit();
});

// ---- who is here ----

{
  let state = "gone";
  let typedAt = 0;
  const tell = (now) => {
    state = now;
    const body = new URLSearchParams({ csrf: desk.parts.dataset.csrf, state: now });
    fetch(desk.parts.dataset.presence, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  const current = () => (document.hidden ? "gone" : Date.now() - typedAt < 8000 ? "typing" : "looking");
  const changed = () => current() !== state && tell(current());
  text?.addEventListener("input", () => {
    typedAt = Date.now();
    changed();
  });
  document.addEventListener("visibilitychange", changed);
  window.addEventListener("pagehide", () => tell("gone"));
  window.addEventListener("pageshow", changed);
  setInterval(changed, 2000);
  setInterval(() => document.hidden || tell(current()), 15000);
}

// ---- keys ----

const press = (id) => {
  const button = document.getElementById(id);
  button?.click();
  return Boolean(button);
};
const focus = (element) => {
  if (!element || element.closest("[hidden]")) return false;
  element.focus();
  return true;
};
desk.shortcuts({
  r: () => focus(text) || focus(document.getElementById("take-over")),
  t: () => press("take-over"),
  n: () => focus(document.getElementById("note")),
  a: () => press("compose"),
  Escape: () => press("back"),
});

/** The newest message in sight, also on a phone, where the whole page scrolls; unless the address names a place. */
function showNewest() {
  toEnd();
  if (location.hash || scroll.scrollTop > 0 || desk.parts.dataset.older) return;
  list.lastElementChild?.scrollIntoView({ block: "end" });
}

if (!/^#m\d+$/.test(location.hash)) showNewest();
document.getElementById("refused")?.focus(); // again: the newest message was scrolled to
