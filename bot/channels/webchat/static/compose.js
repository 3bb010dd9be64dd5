// Writing, the words that always work, files, and speaking.

import { byId } from "./elements.js";
import { data, say } from "./words.js";

const RECORDINGS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const LONGEST = 5 * 60; // seconds of speech

/** `say` and `send` of the queue, `tell` a short text to the person. Gives what closes the panels. */
export function prepareComposing({ queue, tell }) {
  prepareWriting(queue);
  const panels = [new Panel("to-more", "more"), new Panel("to-attach", "attach")];
  for (const panel of panels) panel.others = panels.filter((one) => one !== panel);
  for (const button of document.querySelectorAll("[data-word]")) {
    button.addEventListener("click", () => {
      queue.say({ tap: `!${button.dataset.word}` }, say(button.dataset.word));
    });
  }
  prepareFiles(queue, panels[1], tell);
  prepareSpeaking(queue, panels[1], tell);
  return () => panels.forEach((panel) => panel.close());
}

function prepareWriting(queue) {
  const box = byId("message");
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  const sendText = () => {
    const text = box.value.trim();
    if (!text) return box.focus();
    queue.say({ text }, text);
    box.value = "";
    fit();
    box.focus();
  };
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendText();
  });
  byId("write").addEventListener("submit", (event) => {
    event.preventDefault();
    sendText();
  });
}

/** A panel that opens above the text field; Esc closes it. */
class Panel {
  others = [];

  constructor(opener, panel) {
    this.opener = byId(opener);
    this.panel = byId(panel);
    this.opener.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  open() {
    this.others.forEach((panel) => panel.close());
    this.panel.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.panel.querySelector("button:not([hidden])").focus();
  }

  close() {
    const hadFocus = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    if (hadFocus) this.opener.focus();
  }
}

function prepareFiles(queue, panel, tell) {
  for (const [button, input] of [["take-photo", "camera"], ["choose-file", "files"]]) {
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", (event) => {
      panel.close();
      const [file] = event.target.files;
      event.target.value = "";
      if (!file) return;
      tell(""); // what was wrong with another file is over
      if (file.size > data.limit) tell(`\u2068${file.name}\u2069: ${say("too_big")}`);
      else queue.send(file, say(file.type.startsWith("image/") ? "photo" : "file"));
    });
  }
}

function prepareSpeaking(queue, panel, tell) {
  const type = window.MediaRecorder && RECORDINGS.find((one) => MediaRecorder.isTypeSupported(one));
  if (!type || !navigator.mediaDevices) return;
  const recorder = byId("recorder");
  byId("speak").hidden = false;
  byId("speak").addEventListener("click", async () => {
    panel.close();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      tell(say("no_microphone"));
      return;
    }
    const recording = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24_000 });
    const parts = [];
    let isKept = false;
    let seconds = 0;
    const show = () => {
      byId("seconds").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    const end = (keep) => {
      isKept = keep;
      recording.stop();
    };
    const timer = setInterval(() => {
      seconds += 1;
      show();
      if (seconds >= LONGEST) end(true);
    }, 1000);
    recording.addEventListener("dataavailable", (event) => parts.push(event.data));
    recording.addEventListener("stop", () => {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
      recorder.hidden = true;
      byId("to-attach").focus();
      if (isKept) queue.send(new Blob(parts, { type }), say("voice"));
    });
    byId("recorded").onclick = () => end(true);
    byId("not-recorded").onclick = () => end(false);
    recorder.hidden = false;
    show();
    recording.start();
    byId("recorded").focus();
  });
}
