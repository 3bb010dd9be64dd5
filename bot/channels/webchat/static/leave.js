// Snel weg: the screen is empty at once, this browser forgets everything, and a neutral page takes its place.

import { data } from "./words.js";

const TWICE = 1000; // milliseconds between two presses of Esc

const others = "BroadcastChannel" in window ? new BroadcastChannel("klopaan") : null;

let forget = () => {};

/** `onLeave` is called first: nothing may happen on this page any more. */
export function prepareLeaving(onLeave = () => {}) {
  forget = onLeave;
  for (const link of document.querySelectorAll(".leave")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  }
  let pressed = -Infinity;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && event.timeStamp - pressed < TWICE) leave();
      pressed = event.key === "Escape" ? event.timeStamp : -Infinity; // twice in a row, with nothing in between
    },
    true,
  );
  others?.addEventListener("message", vanish); // left in another tab
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // never an old screen out of memory
}

function leave() {
  // Sent while the page goes away: this browser's cookie ends, and its cache is emptied by what the server answers.
  navigator.sendBeacon("/chat/leave", new Blob(["{}"], { type: "application/json" }));
  others?.postMessage("leave");
  vanish();
}

function vanish() {
  forget();
  document.body.replaceChildren();
  document.title = "";
  try {
    localStorage.clear();
    sessionStorage.clear();
    caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
  } catch {
    // a browser that keeps nothing has nothing to clear
  }
  location.replace(data.leave_to);
}
