// Keys for those who read hundreds of claims a day. Everything here is also done by links and buttons.
(() => {
  "use strict";
  const panel = document.getElementById("keys");
  if (!panel) return;
  panel.hidden = false;
  const on = document.getElementById("keys-on");
  const KEPT = "kiemchung-keys";
  const kept = (value) => {
    try {
      if (value === undefined) return localStorage.getItem(KEPT);
      localStorage.setItem(KEPT, value);
    } catch { /* a browser that keeps nothing */ }
    return null;
  };
  on.checked = kept() !== "off";
  on.addEventListener("change", () => kept(on.checked ? "on" : "off"));

  const rows = [...document.querySelectorAll("[data-key=row]")];
  let at = -1;
  const move = (by) => {
    if (!rows.length) return;
    at = Math.min(Math.max(at + by, 0), rows.length - 1);
    rows.forEach((row, number) => row.classList.toggle("chosen", number === at));
    rows[at].querySelector("a").focus();
  };
  const press = (selector) => {
    const place = rows[at] || (rows.length ? null : document);
    const found = place && place.querySelector(selector);
    if (found) found.click();
  };
  rows.forEach((row, number) => row.addEventListener("focusin", () => {
    at = number;
    rows.forEach((one, other) => one.classList.toggle("chosen", other === number));
  }));

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => press("[data-key=open]"),
    x: () => press("input[type=checkbox][name=claim]"),
    g: () => { location.href = "/desk/"; },
    "/": () => { const field = document.querySelector("[data-key=search]"); if (field) field.focus(); },
    "?": () => { panel.open = !panel.open; if (panel.open) panel.querySelector("summary").focus(); },
  };
  document.addEventListener("keydown", (event) => {
    const place = event.target;
    const isTyping = place.isContentEditable || place.matches("textarea, select, input:not([type=checkbox], [type=radio])");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !(event.key in keys)) return;
    if (!on.checked && event.key !== "?") return;
    event.preventDefault();
    keys[event.key]();
  });

  // What was typed and not saved is not lost by a click on a link.
  const wording = document.getElementById("wording");
  if (wording) {
    let isChanged = false;
    wording.addEventListener("input", () => { isChanged = true; });
    wording.addEventListener("submit", () => { isChanged = false; });
    window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
  }
})();
