// The page's own texts, in the language of the conversation. Elements say with data-t which text they show.

export const data = JSON.parse(document.getElementById("data").textContent);

let current = data;

export const language = () => current.language;

export const say = (name) => current.say[name];

/** Shows every text of the page in another language. */
export function speak(words) {
  current = words;
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.dir;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", say(element.dataset.tLabel));
    element.lang = words.language;
  }
  for (const element of document.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = say(element.dataset.tPlaceholder);
  }
}
