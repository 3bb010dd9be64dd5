// The chat: the first screen, the conversation, and keeping it up to date.

import { quiet } from "./aloud.js";
import { prepareComposing } from "./compose.js";
import { byId } from "./elements.js";
import { prepareLeaving } from "./leave.js";
import { Log } from "./log.js";
import { NoConnection, Refusal, look, post } from "./net.js";
import { Queue, newId } from "./queue.js";
import { prepareResuming } from "./resume.js";
import { prepareSettings, restoreLook, showCode } from "./settings.js";
import { data, language, say, speak } from "./words.js";

const LOOK_AGAIN = 20_000; // milliseconds between two looks when there is no stream
const SEEN_AFTER = 500; // milliseconds on the screen

const status = byId("status");

let isOpen = false;
let isLeft = false;
let stream = null;
let syncing = null;
let seenTimer = null;
let seen = 0;

const log = new Log((body, label) => queue.say(body, label));
const queue = new Queue({
  shown: (items, isNew) => {
    if (isNew) closePanels();
    log.showWaiting(items, isNew, (id) => queue.remove(id));
  },
  sent: () => sync().catch(() => {}), // it has arrived; what came of it can be fetched later too
  waits: (problem) => (problem instanceof Refusal ? tell(problem.message || say("failed")) : showConnection(false)),
  closed: () => close(),
});

// ---- the first screen ----

async function start() {
  byId("start-button").disabled = true;
  byId("start-problem").textContent = "";
  try {
    await post("/chat/start", { client_id: newId(), language: language(), flow: data.flow, source: data.source });
    await open();
    byId("scroll").focus({ preventScroll: true }); // not the text field: a keyboard would cover the choices
  } catch (problem) {
    byId("start-problem").textContent = problem.message || say("offline");
  } finally {
    byId("start-button").disabled = false;
  }
}

async function arrive() {
  // A cookie for our own pages only does not come along when someone arrives from elsewhere: ask again from here.
  const isStarted = data.started || (await look("/chat/me").catch(() => ({}))).started;
  if (!isStarted) return;
  if (data.flow) {
    await post("/chat/start", { client_id: newId(), language: language(), flow: data.flow, source: data.source });
  }
  await open();
}

// ---- the conversation ----

async function open() {
  const { messages, earlier, mark, former, language: spoken } = await look("/chat/messages");
  if (isLeft) return;
  history.replaceState(null, "", location.pathname);
  restoreLook();
  byId("start").hidden = true;
  byId("chat").hidden = false;
  byId("to-settings").hidden = false;
  byId("earlier").hidden = !earlier;
  isOpen = true;
  await speakAs(spoken);
  log.clear();
  log.open(messages);
  queue.restore(mark, former);
  listen();
  noteSeen();
  showCode().catch(() => {}); // it stands in the settings too
}

/** This browser has no conversation any more. What waits here stays, and goes on when the person is back. */
function close() {
  if (isLeft) return;
  isOpen = false;
  stopListening();
  log.clear();
  byId("settings").close();
  byId("chat").hidden = true;
  byId("to-settings").hidden = true;
  byId("start").hidden = false;
  byId("start-problem").textContent = say("closed_here");
}

/** Fetches what is new; a call during another one makes that one look again. */
function sync() {
  syncing = (syncing ?? Promise.resolve()).catch(() => {}).then(fetchNew);
  return syncing;
}

async function fetchNew() {
  if (!isOpen) return;
  try {
    const { messages, mark, language: spoken } = await look(`/chat/messages?after=${log.last}`);
    if (mark !== queue.mark) return await open(); // this conversation became part of another
    await speakAs(spoken);
    log.add(messages);
    noteSeen();
    showConnection(true);
  } catch (problem) {
    if (problem instanceof NoConnection) showConnection(false);
    if (problem instanceof Refusal && problem.status === 401) close();
    throw problem;
  }
}

async function showEarlier() {
  const { messages, earlier } = await look(`/chat/messages?before=${log.first}`);
  byId("earlier").hidden = !earlier;
  log.prepend(messages);
}

async function speakAs(spoken) {
  if (spoken !== language()) speak(await look(`/chat/words?taal=${spoken}`));
}

// ---- keeping up ----

function listen() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource(`/chat/events?after=${log.last}`);
  stream.addEventListener("message", (event) => {
    if (Number(event.data) > log.last && !queue.isSaying) catchUp();
  });
  stream.addEventListener("open", () => showConnection(true));
  stream.addEventListener("error", () => showConnection(navigator.onLine));
  stream.addEventListener("closed", close);
}

function stopListening() {
  stream?.close();
  stream = null;
}

function catchUp() {
  sync().catch(() => {}); // the next look comes by itself
}

function comeBack() {
  if (!isOpen || document.hidden) return;
  listen();
  catchUp();
  queue.flush();
}

function showConnection(isThere) {
  tell(isThere && navigator.onLine ? "" : say("offline")); // the browser may know it before we do
}

function tell(text) {
  if (status.textContent !== text) status.textContent = text;
}

function noteSeen() {
  clearTimeout(seenTimer);
  seenTimer = setTimeout(async () => {
    const seq = log.last;
    if (!isOpen || document.hidden || seq <= seen) return;
    await post("/chat/seen", { seq }).then(
      () => (seen = seq),
      () => {}, // said again with the next message
    );
  }, SEEN_AFTER);
}

// ---- everything in its place ----

prepareLeaving(() => {
  quiet();
  isLeft = true;
  isOpen = false;
  stopListening();
});
prepareResuming(() => ({ code: byId("code").value }));
prepareSettings();
const closePanels = prepareComposing({ queue, tell });
byId("start-button").addEventListener("click", start);
byId("start-button").hidden = false;
byId("back").hidden = false;
byId("earlier").addEventListener("click", () => showEarlier().catch(() => showConnection(false)));
for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault(); // one entry in the history is enough to leave
    const here = new URL(location);
    here.searchParams.set("taal", link.dataset.language);
    location.replace(here);
  });
}
addEventListener("offline", () => isOpen && showConnection(false));
addEventListener("online", comeBack);
document.addEventListener("visibilitychange", () => (document.hidden ? stopListening() : comeBack()));
setInterval(() => stream?.readyState !== EventSource.OPEN && comeBack(), LOOK_AGAIN);
arrive().catch((problem) => {
  if (problem instanceof Refusal && problem.status === 401) close();
  else byId("start-problem").textContent = problem.message || say("offline");
});
