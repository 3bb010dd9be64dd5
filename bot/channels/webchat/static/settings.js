// The size of letters, the code and links to come back with, and the PIN on them.

import { byId } from "./elements.js";
import { keepPlace } from "./log.js";
import { look, post } from "./net.js";
import { say } from "./words.js";

const SIZE = "klopaan.size";
const ONE = "klopaan.one";

/** Shows what was chosen before on this device; nothing is kept before the person started. */
export function restoreLook() {
  const isOne = localStorage.getItem(ONE) === "1";
  document.documentElement.toggleAttribute("data-one", isOne);
  byId("one").checked = isOne;
  const size = localStorage.getItem(SIZE) ?? "1";
  document.documentElement.dataset.size = size;
  const chosen = document.querySelector(`input[name="size"][value="${size}"]`);
  if (chosen) chosen.checked = true;
}

export function prepareSettings() {
  const dialog = byId("settings");
  byId("to-settings").addEventListener("click", () => open(dialog));
  byId("close-settings").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  for (const input of document.querySelectorAll('input[name="size"]')) {
    input.addEventListener("change", () => {
      localStorage.setItem(SIZE, input.value);
      keepPlace(restoreLook);
    });
  }
  byId("one").addEventListener("change", ({ target }) => {
    localStorage.setItem(ONE, target.checked ? "1" : "0");
    keepPlace(restoreLook);
  });
  on("copy-code", "click", () => copy(byId("own-code").textContent));
  on("make-link", "click", async () => {
    const { url } = await post("/chat/link", {});
    byId("own-link").textContent = url;
    byId("own-link").hidden = false;
    await copy(url);
  });
  on("end-links", "click", async () => {
    await post("/chat/link/end", {});
    byId("own-link").hidden = true;
    tell(say("links_ended"));
  });
  on("pin-form", "submit", () => changePin(byId("new-pin").value, "pin_saved"), "pin-problem");
  on("remove-pin", "click", () => changePin(null, "pin_removed"), "pin-problem");
}

/** Shows the code from the start: who leaves in haste has no time to look for it. */
export async function showCode() {
  show(await look("/chat/settings"));
}

async function open(dialog) {
  tell("");
  byId("pin-problem").textContent = "";
  byId("own-link").hidden = true;
  dialog.showModal();
  try {
    await showCode();
  } catch (problem) {
    tell(problem.message || say("offline"));
  }
}

function show({ code, has_pin: hasPin }) {
  byId("own-code").textContent = code;
  byId("code-here").hidden = false;
  byId("code-here").lastElementChild.textContent = code;
  byId("current-field").hidden = !hasPin;
  byId("remove-pin").hidden = !hasPin;
}

async function changePin(pin, done) {
  await post("/chat/pin", { pin, current: byId("current-pin").value || null });
  byId("new-pin").value = byId("current-pin").value = "";
  await showCode();
  tell(say(done));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell(say("copied"));
  } catch {
    tell(""); // not allowed here: it stands on the screen and selects with one tap
  }
}

/** Handles an event; what goes wrong is said in the element `problem`, or at the top. */
function on(id, event, handle, problem = "settings-status") {
  byId(id).addEventListener(event, async (happened) => {
    happened.preventDefault();
    byId(problem).textContent = "";
    try {
      await handle();
    } catch (refused) {
      byId(problem).textContent = refused.message || say("offline");
    }
  });
}

function tell(text) {
  byId("settings-status").textContent = text;
}
