// Asking the server. A refusal comes with a text for the person; no answer at all is a NoConnection.

import { language } from "./words.js";

export class Refusal extends Error {
  constructor(status, code, text, after) {
    super(text);
    this.status = status;
    this.code = code;
    this.after = after; // seconds to wait
  }

  /** Whether trying again later can help. */
  get passes() {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export class NoConnection extends Error {}

const look = (path) => request(path, { method: "GET" });

const post = (path, body) =>
  request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const upload = (path, form) => request(path, { method: "POST", body: form }, 300_000);

async function request(path, options, patience = 30_000) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const response = await fetch(path, {
      ...options,
      cache: "no-store",
      headers: { ...options.headers, Accept: "application/json", "Accept-Language": language() },
      signal: stop.signal,
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw new Refusal(response.status, answer.error, answer.text, Number(response.headers.get("Retry-After")));
  } catch (error) {
    throw error instanceof Refusal ? error : new NoConnection();
  } finally {
    clearTimeout(timer);
  }
}

export { look, post, upload };
