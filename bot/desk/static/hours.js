// Hours: what was refused is in sight.
"use strict";

document.getElementById("refused")?.focus();
