// The page of someone who helps: the invitation, then the part of the conversation that is for them.

import { byId, paragraphs } from "./elements.js";
import { Log } from "./log.js";
import { NoConnection, Refusal, look, post } from "./net.js";
import { newId } from "./queue.js";
import { data, say } from "./words.js";

const LOOK_AGAIN = 20_000; // milliseconds between two looks when there is no stream

const status = byId("status");
const write = byId("write");
const field = byId("message");

let isOpen = false;
let isSaying = false;
let stream = null;
let syncing = null;

const log = new Log((body) => tell(body));

// ---- the invitation: nothing is used up before they say that it is them ----

const link = () => location.pathname.split("/").pop();

async function lookAtIt() {
  await tried(byId("look"), async () => {
    const { asks, until } = await post("/meelezen/look", { link: link() });
    byId("asks").textContent = asks;
    byId("until").textContent = until;
    byId("asked").hidden = byId("look").hidden = true;
    byId("rules").hidden = byId("me").hidden = false;
    byId("me").focus();
  });
}

async function itIsMe() {
  await tried(byId("me"), async () => {
    await post("/meelezen/open", { link: link() });
    await open();
  });
}

async function tried(button, act) {
  button.disabled = true;
  byId("problem").textContent = "";
  try {
    await act();
  } catch (problem) {
    if (problem instanceof Refusal && problem.code === "nothing") close();
    else byId("problem").textContent = problem.message || say("offline");
  } finally {
    button.disabled = false;
  }
}

// ---- reading along ----

async function open() {
  const { messages, earlier, until, acts } = await look("/meelezen/messages");
  history.replaceState(null, "", "/meelezen");
  isOpen = true;
  byId("start").hidden = true;
  byId("chat").hidden = false;
  byId("earlier").hidden = !earlier;
  byId("until-here").textContent = until;
  write.hidden = !acts;
  log.clear();
  log.open(messages);
  showWhetherEmpty();
  listen();
}

/** Nothing to see, or no more: what stood here goes. */
function close() {
  isOpen = false;
  stopListening();
  log.clear();
  byId("told").replaceChildren();
  byId("chat").hidden = true;
  byId("start").hidden = false;
  byId("asks").textContent = say("with_title");
  for (const id of ["asked", "rules", "look", "me"]) byId(id).hidden = true;
  byId("problem").textContent = say("nothing");
}

function sync() {
  syncing = (syncing ?? Promise.resolve()).catch(() => {}).then(fetchNew);
  return syncing;
}

async function fetchNew() {
  if (!isOpen) return;
  try {
    const { messages } = await look(`/meelezen/messages?after=${log.last}`);
    if (!isOpen) return;
    log.add(messages);
    showWhetherEmpty();
    showStatus("");
  } catch (problem) {
    if (problem instanceof NoConnection) showStatus(say("offline"));
    if (problem instanceof Refusal && problem.code === "nothing") close();
    throw problem;
  }
}

function showWhetherEmpty() {
  byId("empty").hidden = log.last > 0;
}

async function showEarlier() {
  const { messages, earlier } = await look(`/meelezen/messages?before=${log.first}`);
  byId("earlier").hidden = !earlier;
  log.prepend(messages);
}

// ---- writing along ----

async function tell(body) {
  if (isSaying) return;
  isSaying = true;
  showStatus(say("sending"));
  byId("told").replaceChildren();
  try {
    const { texts } = await post("/meelezen/message", { client_id: newId(), ...body });
    if (body.text) {
      field.value = "";
      fit();
    }
    byId("told").append(...texts.flatMap((text) => paragraphs(text, true)));
    showStatus("");
    await sync();
  } catch (problem) {
    if (problem instanceof Refusal && problem.code === "nothing") close();
    else showStatus(problem.message || say("offline"));
  } finally {
    isSaying = false;
    log.showWaiting([], false, () => {}); // a question that was not answered can be answered still
  }
}

function sayIt() {
  if (field.value.trim()) tell({ text: field.value });
}

const fit = () => {
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
};

function showStatus(text) {
  if (status.textContent !== text) status.textContent = text;
}

// ---- keeping up ----

function listen() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource(`/meelezen/events?after=${log.last}`);
  stream.addEventListener("message", (event) => Number(event.data) > log.last && sync().catch(() => {}));
  stream.addEventListener("closed", close);
}

function stopListening() {
  stream?.close();
  stream = null;
}

function comeBack() {
  if (!isOpen || document.hidden) return;
  listen();
  sync().catch(() => {});
}

// ---- everything in its place ----

byId("look").addEventListener("click", lookAtIt);
byId("me").addEventListener("click", itIsMe);
byId("earlier").addEventListener("click", () => showEarlier().catch(() => showStatus(say("offline"))));
byId("stop").addEventListener("click", async () => {
  await post("/meelezen/leave", {}).catch(() => {});
  close();
});
write.addEventListener("submit", (event) => {
  event.preventDefault();
  sayIt();
});
field.addEventListener("input", fit);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sayIt();
});
addEventListener("online", comeBack);
document.addEventListener("visibilitychange", () => (document.hidden ? stopListening() : comeBack()));
setInterval(() => stream?.readyState !== EventSource.OPEN && comeBack(), LOOK_AGAIN);
if (data.invited) {
  byId("asked").hidden = byId("look").hidden = false;
} else {
  open().catch((problem) => {
    if (problem instanceof Refusal) close();
    else byId("problem").textContent = say("offline");
  });
}
