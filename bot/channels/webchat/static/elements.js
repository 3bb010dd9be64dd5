// Small helpers to make elements. Nothing is ever parsed as HTML.

export const byId = (id) => document.getElementById(id);

/** `make("p", { className: "small" }, "text", child)` */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Web addresses, and telephone numbers: 8 to 10 digits from 0, no date; 112 and 113 only when they stand alone.
const ADDRESS = /https?:\/\/[^\s\u2066-\u2069]+[^\s\u2066-\u2069.,;:!?)]/;
export const PHONE = /(?<![\d.,/-])(?!\d\d-\d\d-\d{4})(?:0\d(?:[ -]?\d){6,8}|11[23])(?![\d-]|\.\w)/;
// The one website that our own numbers name without https (flows/numbers.py).
const SITE = /(?<![\w@./-])113\.nl(?![\w@/-]|\.\w)/;
// The code to come back with: it stays on one line, from left to right.
const CODE = /\b[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}\b/;
const LINK = new RegExp(`(${ADDRESS.source})|(${SITE.source})|(${CODE.source})|${PHONE.source}`, "g");

/** Text as paragraphs; where `linked`, addresses and numbers can be tapped. Nothing is dialled before the person says so. */
export function paragraphs(text, linked) {
  return text.split(/\n\s*\n/).map((part) => {
    const paragraph = make("p");
    let at = 0;
    for (const found of linked ? part.matchAll(LINK) : []) {
      paragraph.append(part.slice(at, found.index), linkTo(found));
      at = found.index + found[0].length;
    }
    paragraph.append(part.slice(at));
    return paragraph;
  });
}

function linkTo([words, url, site, code]) {
  if (code) return make("bdi", { className: "whole", dir: "ltr" }, words);
  if (site) return linkTo([words, `https://${site}`]);
  if (!url) return make("a", { href: `tel:${words.replace(/\D/g, "")}`, dir: "ltr" }, words);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, words);
}
