// The conversation on the screen: messages as they come in, their buttons and boxes, days, and what is on its way.

import { drawListen, quiet } from "./aloud.js";
import { byId, make, paragraphs } from "./elements.js";
import { language, say } from "./words.js";

const ZONE = "Europe/Amsterdam";
const TOGETHER = 5 * 60_000; // messages of one author within this time stand under one name
const GAP = 12; // pixels above a message that is shown from its beginning
const COMMA = { ltr: ", ", rtl: "، " };
const POINTING = ["👉", "👈", "➡️", "⬅️", "↩️"];
const DARK = ["🖤"]; // not to be seen on a dark screen without an outline
const NEAR = 150; // pixels from the end that still count as reading the end

const scroll = byId("scroll");
const log = byId("log");
const waiting = byId("waiting");
const toNew = byId("to-new");
const others = byId("others");

let shownFrom = null; // the message that was last shown from its beginning, until the person scrolls

export class Log {
  last = 0; // the newest number on the screen
  first = Infinity;
  #answered = new Set(); // questions whose answer is on its way

  /** `answer(body, label)` says what was chosen. */
  constructor(answer) {
    this.answer = answer;
    toNew.addEventListener("click", () => this.toEnd());
    addEventListener("scroll", () => isNearEnd() && (toNew.hidden = true), { capture: true, passive: true });
    others.addEventListener("click", () => showOthers(!isShown(others)));
    for (const moving of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      addEventListener(moving, () => (shownFrom = null), { capture: true, passive: true });
    }
  }

  clear() {
    quiet();
    this.last = 0;
    this.first = Infinity;
    log.replaceChildren();
    waiting.replaceChildren();
  }

  /** The first screenful, which is not read aloud as if it were news. */
  open(messages) {
    log.setAttribute("aria-live", "off");
    const added = this.#append(messages);
    if (added.length) reveal(added.at(-1));
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  }

  /** What is new. */
  add(messages) {
    const wasNear = isNearEnd();
    const added = this.#append(messages);
    if (added.length) showOthers(false);
    const news = beginning(added.filter((element) => !element.classList.contains("own")));
    if (!added.length) return;
    if (wasNear || !news) reveal(news ?? added.at(-1));
    else toNew.hidden = false;
  }

  /** Earlier messages, above the others; what is on the screen stays where it is. */
  prepend(messages) {
    const height = scroller().scrollHeight;
    const before = document.createDocumentFragment();
    const top = log.querySelector(".day");
    let previous = null;
    for (const message of messages) {
      before.append(...this.#drawn(message, previous));
      previous = message;
    }
    if (previous && dayOf(previous.at) === top?.dataset.day) top.remove();
    this.first = Math.min(this.first, messages[0]?.seq ?? Infinity);
    log.setAttribute("aria-live", "off");
    log.prepend(before);
    scroller().scrollTop += scroller().scrollHeight - height;
    this.#age();
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  }

  /** What has not arrived yet, below everything else. */
  showWaiting(items, isNew, remove) {
    waiting.replaceChildren(...items.map((item) => drawWaiting(item, remove)));
    if (items.every((item) => item.state === "failed")) this.#answered.clear();
    this.#age();
    if (isNew) this.toEnd();
  }

  toEnd() {
    shownFrom = null;
    scrollToEnd();
    toNew.hidden = true;
  }

  #append(messages) {
    const added = [];
    for (const message of messages.filter((one) => one.seq > this.last)) {
      const parts = this.#drawn(message, this.newest);
      log.append(...parts);
      added.push(parts.at(-1));
      this.newest = message;
      this.last = message.seq;
      this.first = Math.min(this.first, message.seq);
    }
    this.#age();
    return added;
  }

  /** Only the newest question stands out, until it was answered. */
  #age() {
    const questions = [...log.querySelectorAll(".message.asks")];
    const newest = questions.at(-1);
    for (const question of questions) {
      question.classList.toggle("old", question !== newest || this.#answered.has(question.dataset.seq));
    }
    markNow();
  }

  #drawn(message, previous) {
    const day = dayOf(message.at);
    const isNewDay = !previous || dayOf(previous.at) !== day;
    const isSame =
      !isNewDay && previous.who === message.who && message.at - previous.at < TOGETHER && !previous.buttons.length;
    const element = drawMessage(message, isSame, (body, label) => this.#choose(message, body, label));
    return isNewDay ? [make("p", { className: "day" }, dayName(message.at)), element].map(withDay(day)) : [element];
  }

  #choose(message, body, label) {
    if (this.#answered.has(String(message.seq))) return; // a second tap on a slow line is no second answer
    this.#answered.add(String(message.seq));
    this.answer(body, label);
  }
}

const withDay = (day) => (element) => {
  if (element.className === "day") element.dataset.day = day;
  return element;
};

function drawMessage(message, isSame, choose) {
  const isOwn = message.own ?? message.author === "resident"; // who reads along is somebody else
  const isOurs = ["bot", "caseworker"].includes(message.author);
  const element = make("div", { className: `message ${isOwn ? "own" : message.author}` });
  element.dataset.seq = message.seq;
  element.append(
    make(
      "p",
      { className: isSame ? "unseen" : "who" },
      make("span", {}, message.who),
      make("time", { dateTime: new Date(message.at).toISOString() }, timeOf(message.at)),
    ),
  );
  const bubble = make("div", { className: "bubble", lang: message.lang, dir: message.dir });
  for (const file of message.files) bubble.append(drawFile(file));
  if (message.aloud && message.voice) bubble.append(drawVoice(message.voice)); // above the words, which they do not read
  else if (message.speaks) bubble.append(drawListen(message));
  if (message.picture) bubble.append(drawPicture(message.picture));
  if (message.text) bubble.append(...paragraphs(isOurs ? message.text : taken(message), isOurs));
  if (message.dir === "auto") for (const paragraph of bubble.querySelectorAll("p")) paragraph.dir = "auto";
  element.append(bubble);
  if (message.buttons.length) {
    element.classList.add("asks");
    element.append(drawChoices(message, choose));
  }
  return element;
}

/** What was tapped, listed as its language does it; what was typed stays as it is. */
function taken({ text, dir }) {
  if (dir === "auto") return text;
  return text === "–" ? say("none") : text.replaceAll(", ", COMMA[dir]);
}

function drawChoices(message, choose) {
  const isMany = message.buttons.some((button) => button.box);
  const group = make("fieldset", { className: isMany ? "choices many" : "choices", lang: message.lang });
  group.dir = message.dir === "auto" ? "" : message.dir;
  group.append(
    make("legend", { className: isMany ? "" : "unseen", lang: language() }, say(isMany ? "choose_many" : "choose")),
  );
  for (const button of message.buttons) {
    group.append(button.box ? drawBox(button) : drawButton(button, () => choose(...chosen(button, group))));
  }
  return group;
}

function drawButton(button, tapped) {
  const element = make("button", { type: "button" }, ...iconAndLabel(button));
  if (idOf(button) === "done") element.classList.add("done");
  element.addEventListener("click", tapped);
  return element;
}

function drawBox(button) {
  const box = make("input", { type: "checkbox", value: idOf(button), checked: button.ticked });
  return make("label", { className: "box" }, box, ...iconAndLabel(button));
}

function iconAndLabel(button) {
  const look = POINTING.includes(button.icon) ? " flips" : DARK.includes(button.icon) ? " outlined" : "";
  const icon = make("span", { className: `icon${look}`, ariaHidden: "true" }, button.icon);
  return [...(button.icon ? [icon] : []), make("span", button.lang ? { lang: button.lang } : {}, button.label)];
}

/** What a tap says, and how it looks until it has arrived. With boxes, what is ticked goes along. */
function chosen(button, group) {
  const boxes = [...group.querySelectorAll("input:checked")];
  if (!["done", "enough"].includes(idOf(button)) || !group.classList.contains("many")) {
    return [{ tap: button.data }, button.label];
  }
  const screen = button.data.slice(0, button.data.lastIndexOf(":"));
  const extra = idOf(button) === "enough" ? ["enough"] : [];
  const labels = boxes.map((box) => box.parentElement.lastChild.textContent);
  const label = [...labels, ...(extra.length || !labels.length ? [button.label] : [])].join(COMMA[group.dir || "ltr"]);
  return [{ picked: { screen, choices: [...boxes.map((box) => box.value), ...extra] } }, label];
}

const idOf = (button) => button.data.slice(button.data.lastIndexOf(":") + 1);

function drawFile(file) {
  if (file.shown && file.type.startsWith("image/")) {
    return make("img", { src: file.url, alt: say("photo"), onload: ({ target }) => afterImage(target) });
  }
  if (file.shown && file.type.startsWith("audio/")) {
    return make("audio", { src: file.url, controls: true, preload: "metadata", ariaLabel: say("voice") });
  }
  return make("a", { href: file.url, download: "" }, say(file.type.startsWith("image/") ? "photo" : "file"));
}

/** Its place is kept before it is there, and it is only fetched when it comes in sight. */
function drawPicture({ url, name, ...rest }) {
  const image = make("img", { loading: "lazy", ...rest, src: url });
  const save = make("a", { href: url, download: name, lang: language() }, say("save_picture"));
  return make("figure", { className: "drawn" }, image, save);
}

/** Nothing is made before someone wants to hear it. */
function drawVoice(url) {
  return make("audio", { preload: "none", src: url, controls: true, ariaLabel: say("listen"), lang: language() });
}

function drawWaiting(item, remove) {
  const text = { sending: "sending", waiting: item.file ? "keep_open" : "waits", failed: "not_sent" }[item.state];
  const isFailed = item.state === "failed";
  const state = make("p", { className: isFailed ? "state error" : "state" }, say(text));
  if (isFailed && item.problem) state.append(`. ${item.problem}`);
  const label = isFailed && item.file?.name ? `${item.label} \u2068${item.file.name}\u2069` : item.label;
  const bubble = make("div", { className: "bubble", dir: "auto" }, ...paragraphs(label, false));
  const element = make("div", { className: "message own" }, bubble, state);
  if (isFailed) {
    const button = make("button", { type: "button", className: "quiet" }, say("remove"));
    button.addEventListener("click", () => remove(item.id));
    element.append(button);
  }
  return element;
}

/** What was said last stands out where one thing is shown at a time: all since the person's own last message. */
function markNow() {
  const messages = [...log.querySelectorAll(".message")];
  const theirs = messages.findLastIndex((element) => !element.classList.contains("own"));
  const before = messages.slice(0, theirs + 1).findLastIndex((element) => element.classList.contains("own"));
  messages.forEach((element, at) => element.classList.toggle("now", at > before));
  others.hidden = before < 0;
}

const isShown = (button) => button.getAttribute("aria-expanded") === "true";

/** Earlier messages, one tap away where one thing is shown at a time. */
function showOthers(all) {
  if (isShown(others) === all) return;
  others.setAttribute("aria-expanded", String(all));
  others.dataset.t = all ? "only_last" : "earlier";
  others.textContent = say(others.dataset.t);
  if (all) log.querySelector(".now")?.scrollIntoView();
}

/** What scrolls: the conversation, or the whole page where there is little height (chat.css). */
const scroller = () => (getComputedStyle(scroll).overflowY === "visible" ? document.scrollingElement : scroll);

/** Whether the end is being read; `added` pixels at the end have just come. */
function isNearEnd(added = 0) {
  const { scrollHeight, scrollTop, clientHeight } = scroller();
  return scrollHeight - scrollTop - clientHeight < NEAR + added;
}

function scrollToEnd() {
  scroller().scrollTop = scroller().scrollHeight;
}

/** The first of what is new, or the one in the person's own language when the Dutch stands before it. */
function beginning(news) {
  const languages = news.map((element) => element.querySelector(".bubble").lang);
  const own = languages.indexOf(language());
  return news[languages.slice(0, own).every((one) => one === "nl") ? Math.max(own, 0) : 0];
}

/** A picture takes its place only when it is there, and pushes away what was shown below it. */
function afterImage(image) {
  if (shownFrom) reveal(shownFrom);
  else if (isNearEnd(image.offsetHeight)) scrollToEnd();
}

/** Makes a change that moves everything, and shows what was at the top before. */
export function keepPlace(change) {
  const top = () => document.querySelector(".top").getBoundingClientRect().bottom;
  const first = [...log.children].find((element) => element.getBoundingClientRect().bottom > top());
  const { top: before, height } = first?.getBoundingClientRect() ?? {};
  const part = (top() - before) / height;
  change();
  if (!first) return;
  const after = first.getBoundingClientRect();
  scroller().scrollTop += after.top + part * after.height - top();
}

/** Shows a message from its beginning, and as much as fits of what follows. */
function reveal(element) {
  shownFrom = element;
  scrollToEnd();
  const above = document.querySelector(".top").getBoundingClientRect().bottom - element.getBoundingClientRect().top;
  if (above > -GAP) scroller().scrollTop -= above + GAP;
}

const format = (at, options) =>
  new Intl.DateTimeFormat(`${language()}-u-ca-gregory-nu-latn`, { timeZone: ZONE, ...options }).format(at);

const timeOf = (at) => format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** 2027-03-31, comparable. */
const dayOf = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(at);

function dayName(at) {
  const day = dayOf(at);
  if (day === dayOf(Date.now())) return say("today");
  if (day === dayOf(Date.now() - 86_400_000)) return say("yesterday");
  return format(at, { weekday: "long", day: "numeric", month: "long" });
}
