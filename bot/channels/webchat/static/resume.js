// Coming back with a code or a personal link, and the PIN when there is one.

import { byId } from "./elements.js";
import { post } from "./net.js";
import { say } from "./words.js";

/** `secret` gives `{code}` or `{link}`. Replaces this page, so that *back* does not lead to it. */
export function prepareResuming(secret) {
  const form = byId("open");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    byId("problem").textContent = "";
    try {
      await post("/chat/resume", { ...secret(), pin: byId("pin").value || null });
      location.replace("/chat");
    } catch (refused) {
      if (refused.code === "pin_needed") byId("pin-field").hidden = false;
      byId("problem").textContent = refused.message || say("offline");
      const field = byId("pin-field").hidden ? byId("code") : byId("pin");
      button.disabled = false;
      (field ?? button).focus();
    }
  });
}
