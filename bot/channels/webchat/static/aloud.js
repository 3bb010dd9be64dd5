// Reading aloud, when someone asks for it: in a voice of this device, else in ours, else not at all.

import { PHONE, make } from "./elements.js";
import { language, say } from "./words.js";

const SLOWER = 0.9; // of the usual speed: for who hears a language that is being learned
const UNSAID = /https?:\/\/\S+|[\u2066-\u2069]|\p{Extended_Pictographic}|\ufe0f/gu;
const NUMBER = new RegExp(PHONE, "g"); // said digit by digit; dates and amounts are not
const speech = window.speechSynthesis;

let end = () => {}; // ends what is being read

/** A voice of the device itself: what stands here is sent to no maker of browsers to be read. */
const voiceFor = (language) =>
  speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === language);

/** The button of a message that may be read; it is hidden as long as nothing here can. */
export function drawListen({ text, buttons, speaks, voice }) {
  const button = make("button", { type: "button", className: "listen" }, make("span", { ariaHidden: "true" }, "🔊"));
  Object.assign(button.dataset, { speaks, ...(voice && { voice }) });
  show(button, false);
  offer(button);
  button.addEventListener("click", () => {
    if (button.classList.contains("reading")) return end();
    end();
    const own = voiceFor(speaks);
    if (own) read(button, own, [text, ...buttons.map(({ label }, at) => `${at + 1}: ${label}.`)]);
    else play(button, voice);
  });
  return button;
}

/** Nothing is read any more. */
export const quiet = () => end();

function offer(button) {
  button.hidden = !button.dataset.voice && !voiceFor(button.dataset.speaks);
}

function show(button, isReading) {
  button.classList.toggle("reading", isReading);
  button.firstChild.textContent = isReading ? "⏹️" : "🔊";
  button.dataset.tLabel = isReading ? "quiet" : "listen"; // also after the page changed to another language
  button.setAttribute("aria-label", say(button.dataset.tLabel));
  button.lang = language(); // of the page, also in a message in Dutch
}

/** Line by line: browsers fall silent in the middle of what is long. */
function read(button, voice, texts) {
  const lines = texts.flatMap((text) => text.replace(UNSAID, " ").split(/\n+/)).filter((line) => line.trim());
  if (!lines.length) return;
  end = () => {
    end = () => {};
    speech.cancel();
    show(button, false);
  };
  const mine = end;
  lines.forEach((line, at) => {
    const said = new SpeechSynthesisUtterance(line.replace(NUMBER, (found) => [...found.replace(/\D/g, "")].join(" ")));
    Object.assign(said, { voice, lang: voice.lang, rate: SLOWER });
    if (at === lines.length - 1) said.onend = () => mine === end && end();
    said.onerror = () => mine === end && end();
    speech.speak(said);
  });
  show(button, true);
}

/** Ours can be paused, and heard again: it takes the place of the button. */
function play(button, url) {
  const audio = make("audio", { src: url, controls: true, ariaLabel: say("listen"), lang: language() });
  button.replaceWith(audio);
  end = () => {
    end = () => {};
    audio.pause();
  };
  audio.focus();
  audio.play().catch(() => {}); // they can press it themselves
}

speech?.addEventListener?.("voiceschanged", () => document.querySelectorAll(".listen").forEach(offer));
addEventListener("pagehide", quiet); // some browsers would go on on the next page
