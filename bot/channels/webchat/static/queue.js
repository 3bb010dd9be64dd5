// What was said and has not arrived yet: sent in order, once, also after a reload. Files wait in memory only.

import { NoConnection, Refusal, post, upload } from "./net.js";

const PREFIX = "klopaan.wait.";
const LONGEST = 30; // seconds between two tries

export class Queue {
  #items = [];
  #busy = false;
  #tries = 0;
  #timer = null;
  #mark = null;

  /** `shown` draws the items, `sent` fetches what came of one, `waits` says why nothing goes now, `closed` that this
   * browser has no conversation any more. */
  constructor({ shown, sent, waits, closed }) {
    this.hooks = { shown, sent, waits, closed };
    addEventListener("online", () => this.flush());
  }

  get isEmpty() {
    return this.#items.every((item) => item.state === "failed");
  }

  /** A message is on its way; what the server then has is fetched as soon as it arrived. */
  get isSaying() {
    return this.#busy && this.#items.some((item) => item.state === "sending" && !item.file);
  }

  /** What tells this conversation from another. */
  get mark() {
    return this.#mark;
  }

  /** Takes up what waited before a reload, here or in a conversation that became part of this one (`former`); what
   * belongs to another goes away. */
  restore(mark, former) {
    if (this.#mark === mark) return;
    this.#mark = mark;
    for (const name of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
      const kept = JSON.parse(localStorage.getItem(name));
      const id = name.slice(PREFIX.length);
      if (![mark, ...former].includes(kept.mark)) localStorage.removeItem(name);
      else if (!this.#items.some((item) => item.id === id)) this.#items.push({ ...kept, id, state: "waiting" });
    }
    this.#items.sort((one, other) => one.at - other.at);
    this.flush();
  }

  /** `body` is what /chat/message takes; `label` is shown until it has arrived. */
  say(body, label) {
    const item = { id: newId(), at: Date.now(), body, label, mark: this.#mark };
    const { id, ...kept } = item;
    try {
      localStorage.setItem(PREFIX + id, JSON.stringify(kept));
    } catch {
      // full or forbidden: it waits in memory
    }
    this.#add(item);
  }

  send(file, label) {
    this.#add({ id: newId(), at: Date.now(), file, label });
  }

  remove(id) {
    localStorage.removeItem(PREFIX + id);
    this.#items = this.#items.filter((item) => item.id !== id);
    this.hooks.shown(this.#items);
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      for (let item; (item = this.#items.find((one) => one.state !== "failed")); ) await this.#deliver(item);
    } catch (problem) {
      this.#wait(problem);
    } finally {
      this.#busy = false;
      this.hooks.shown(this.#items);
    }
  }

  #add(item) {
    this.#items.push({ ...item, state: "waiting" });
    this.hooks.shown(this.#items, true);
    this.flush();
  }

  async #deliver(item) {
    item.state = "sending";
    this.hooks.shown(this.#items);
    try {
      if (item.file) await upload("/chat/upload", formOf(item));
      else await post("/chat/message", { client_id: item.id, ...item.body });
    } catch (problem) {
      const refused = problem instanceof Refusal && !problem.passes && problem.status !== 401;
      item.state = refused ? "failed" : "waiting";
      item.problem = refused ? problem.message : null;
      if (!refused) throw problem;
      localStorage.removeItem(PREFIX + item.id);
      return;
    }
    this.#tries = 0;
    await this.hooks.sent();
    this.remove(item.id);
  }

  #wait(problem) {
    if (problem instanceof Refusal && problem.status === 401) return this.hooks.closed();
    if (!(problem instanceof Refusal || problem instanceof NoConnection)) throw problem;
    this.hooks.waits(problem);
    this.#tries += 1;
    const seconds = Math.max(problem.after || 0, Math.min(2 ** this.#tries, LONGEST));
    this.#timer = setTimeout(() => this.flush(), seconds * 1000);
  }
}

function formOf(item) {
  const form = new FormData();
  form.append("client_id", item.id);
  form.append("file", item.file, "bestand");
  return form;
}

/** A UUID, also where crypto.randomUUID is kept from pages without https. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
