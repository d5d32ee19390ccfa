// Takes the code of the link from behind `#`, and out of the address bar.
"use strict";
const field = document.querySelector("[data-from-address]");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
