// Preparing a talk and measuring: what the resident answers appears by itself.
"use strict";

desk.keepFresh(async () => {
  const fresh = await desk.fetchParts(desk.parts.dataset.source);
  if (!fresh) return;
  const before = desk.parts.innerText;
  desk.replace(fresh);
  if (desk.parts.innerText !== before) desk.say("Er is iets veranderd op deze pagina.");
});
