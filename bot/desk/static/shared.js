// What the pages of the desk share: parts that stay up to date, shortcuts, help. Without it everything works by reloading.
"use strict";

const desk = {
  parts: document.getElementById("parts"),

  /** Says something to screen readers only. */
  say(words) {
    document.getElementById("said").textContent = words;
  },

  /** The number of news of one's own calendar, or of tasks for today, above every page that knows it. */
  countNews(count, id = "agenda-news") {
    const badge = document.getElementById(id);
    badge.firstChild.textContent = `${count} `;
    badge.hidden = !count;
  },

  /** What is open became part of something else, which the address leads to. */
  moved() {
    location.reload();
  },

  /** Puts new parts in place of those that changed; the focus, what is typed and what is unfolded stay as they are. */
  replace(fresh) {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = desk.parts.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old) continue;
      for (const open of old.querySelectorAll("details[open][id]")) {
        part.querySelector(`#${open.id}`)?.setAttribute("open", "");
      }
      if (old.outerHTML === part.outerHTML) continue;
      for (const typed of old.querySelectorAll("input[id]")) {
        const input = part.querySelector(`#${typed.id}`);
        if (input && typed.value !== typed.defaultValue) input.value = typed.value;
      }
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      old.replaceWith(document.adoptNode(part));
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }
  },

  /** Fetches the parts again. Someone who is no longer signed in is shown where to sign in. */
  async fetchParts(address) {
    const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (response.status === 401) {
      location.assign(`/desk/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return null;
    }
    if (response.status === 409) desk.moved();
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html").body;
  },

  /**
   * Calls `refresh` on news, and now and then in case news got lost. At most once a second, never twice at a time, and
   * not while nobody looks: a browser has few connections, and open tabs are many.
   */
  keepFresh(refresh) {
    let source = null;
    let busy = false;
    let again = false;
    const run = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      again = false;
      try {
        await refresh();
      } catch {
        // The connection is gone for a moment: the next news or the clock brings it back.
      }
      setTimeout(() => {
        busy = false;
        if (again) run();
      }, 1000);
    };
    const listen = () => {
      if (document.hidden) {
        source?.close();
        source = null;
      } else if (!source || source.readyState === EventSource.CLOSED) {
        source = new EventSource(desk.parts.dataset.news);
        source.onopen = run; // what happened while nobody listened
        source.onmessage = run;
      }
    };
    document.addEventListener("visibilitychange", listen);
    window.addEventListener("pageshow", listen);
    window.addEventListener("pagehide", () => {
      source?.close();
      source = null;
    });
    setInterval(() => {
      listen();
      if (!document.hidden) run();
    }, 30000);
    listen();
    return run;
  },

  /** Single keys, unless someone types, holds another key, or switched them off (WCAG 2.1.4). */
  shortcuts(keys) {
    const dialog = document.getElementById("help");
    const box = document.getElementById("shortcuts");
    const button = document.getElementById("show-help");
    const show = () => dialog.open || dialog.showModal();
    box.checked = localStorage.getItem("desk-shortcuts") !== "off";
    box.addEventListener("change", () => localStorage.setItem("desk-shortcuts", box.checked ? "on" : "off"));
    button.hidden = false;
    button.addEventListener("click", show);
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
      const typing = event.target.closest("input, textarea, select, audio, [contenteditable]");
      if (typing) {
        if (event.key === "Escape" && !typing.matches("select, audio")) typing.blur();
        return;
      }
      if (!box.checked) return;
      const act = event.key === "?" ? show : keys[event.key];
      if (act && act() !== false) event.preventDefault();
    });
  },
};

// A form that is on its way is not sent again by a second click or key; one that brings a file stays on its page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "download" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  if (form.action.endsWith("/desk/sign-out")) sessionStorage.clear();
});

// A page that answers a form cannot be opened again: going back and loading again lead to where the form is.
if (/\/(preview|edit)$/.test(location.pathname)) {
  history.replaceState(null, "", location.pathname.replace(/\/[a-z]+$/, "") + location.hash);
}

// Coming back by the browser's own button: forms can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// Why something was not done is where one reads on.
document.getElementById("refused")?.focus();

// What unfolds over the page folds up again: with Escape, or by going elsewhere.
{
  const more = document.getElementById("more");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more?.open) return;
    more.open = false;
    more.querySelector("summary").focus();
  });
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      if (more?.open && !more.contains(event.target)) more.open = false;
    });
  }
}
