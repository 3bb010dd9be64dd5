// The page of a personal link. Nothing is opened before the person taps.

import { prepareLeaving } from "./leave.js";
import { prepareResuming } from "./resume.js";

prepareLeaving();
prepareResuming(() => ({ link: location.pathname.split("/").pop() }));
