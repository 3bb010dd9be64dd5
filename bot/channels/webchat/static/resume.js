// Coming back with a code or a personal link, and the PIN when there is one.

import { byId } from "./elements.js";
import { post } from "./net.js";
import { say } from "./words.js";

/** `secret` gives `{code}` or `{link}`. Replaces this page with `next`, so that *back* does not lead to it. */
export function prepareResuming(secret, next = "/chat") {
  const [form, problem, pin, pinField] = ["open", "problem", "pin", "pin-field"].map(byId);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problem.textContent = "";
    try {
      await post("/chat/resume", { ...secret(), pin: pin.value || null });
      location.replace(next);
    } catch (refused) {
      if (refused.code === "pin_needed") pinField.hidden = false;
      problem.textContent = refused.message || say("offline");
      const field = pinField.hidden ? byId("code") : pin;
      button.disabled = false;
      (field ?? button).focus();
    }
  });
}
