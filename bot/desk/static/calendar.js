// The calendar: a booking appears by itself, and keys walk through the weeks.
"use strict";

const news = () => Number(desk.parts.querySelector("[data-count]").dataset.count);

desk.keepFresh(async () => {
  const before = news();
  const fresh = await desk.fetchParts(desk.parts.dataset.source);
  if (!fresh) return;
  desk.replace(fresh);
  desk.countNews(news());
  if (news() > before) desk.say("Er is nieuws in uw agenda.");
});

const press = (id) => () => {
  document.getElementById(id).click();
  return true;
};
desk.shortcuts({
  n: press("week-after"),
  ArrowRight: press("week-after"),
  p: press("week-before"),
  ArrowLeft: press("week-before"),
  t: press("week-now"),
  Escape: press("house"),
});
