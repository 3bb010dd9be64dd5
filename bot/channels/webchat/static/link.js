// The page of a personal link. Nothing is opened before the person taps.

import { prepareLeaving } from "./leave.js";
import { prepareResuming } from "./resume.js";

prepareLeaving();
const next = new URLSearchParams(location.search).get("daarna") === "lijst" ? "/chat/list" : "/chat";
prepareResuming(() => ({ link: location.pathname.split("/").pop() }), next);
