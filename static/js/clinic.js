// The clinic's pages with a keyboard: j k Enter a s m x / ?, with real focus. Everything here has a way without it.
"use strict";

const TOAST_MS = 10000; // as long as the server takes an act back (rehab/actions/flags.py)
const scope = document.querySelector("[data-keys]");
let keysOn = document.querySelector("[data-keys-switch]")?.checked ?? true;
const visible = (element) => element && element.checkVisibility({ visibilityProperty: true });
const rows = () => [...document.querySelectorAll("tbody.case")];
const held = () => document.activeElement?.closest?.("tbody.case");

// --- moving and acting ---
function step(by) {
  const all = rows();
  const at = all.indexOf(held());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  const name = next?.querySelector("[data-row]");
  name?.focus();
  name?.scrollIntoView({ block: "nearest" });
}

function act(key) {
  const place = scope.dataset.keys === "case" ? scope : held();
  if (!place) return;
  const control = [...place.querySelectorAll(`[data-key="${key}"]`)].find(visible);
  if (control) {
    control.focus();
    control.click();
    return;
  }
  const peek = place.querySelector("details.peek:not([open])");
  if (peek) {
    peek.dataset.wants = key;
    peek.open = true;
  }
}

function showKeys() {
  const dialog = document.querySelector("[data-keys-dialog]");
  if (dialog && !dialog.open) dialog.showModal();
}

const KEYS = {
  j: () => (scope.dataset.keys === "case" ? act("j") : step(1)),
  k: () => step(-1),
  a: () => act("a"),
  s: () => act("s"),
  m: () => act("m"),
  x: () => act("x"),
  "/": () => document.getElementById("find")?.focus(),
  "?": showKeys,
};

document.addEventListener("keydown", (event) => {
  if (!scope || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog[open], [contenteditable]")) return;
  if (!(event.key in KEYS) || !keysOn) return;
  event.preventDefault();
  KEYS[event.key]();
});

// --- the list of keys, and their switch ---
for (const help of document.querySelectorAll("[data-keyhelp]")) {
  const box = help.querySelector("[data-keys-switch]"), form = help.querySelector("[data-keys-form]");
  help.hidden = false;
  help.querySelector("[data-keys-open]").addEventListener("click", showKeys);
  box.addEventListener("change", () => {
    keysOn = box.checked;
    htmx.ajax("POST", form.action, { source: form, swap: "none" });
  });
}

// --- keep the focus where the work is ---
const RELOADED = "plimsoll:worked"; // the page comes again because its last row was worked
const idle = () => !document.activeElement || document.activeElement === document.body;
let worked = null; // the row whose act was just answered, and the one to go to when it has left

document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target;
  if (!event.detail.shouldSwap || !row?.matches?.("tbody.case") || !(idle() || row.contains(document.activeElement))) return;
  const all = rows(), at = all.indexOf(row);
  worked = { id: row.id, next: (all[at + 1] ?? all[at - 1])?.id };
});

// in one breath with the swap: between the two the next key would fall into nothing
function handOn() {
  if (!worked) return;
  const { id, next } = worked;
  worked = null;
  const row = document.getElementById(id) ?? document.getElementById(next);
  if (!row) reload();
  else if (idle()) row.querySelector("[data-row]").focus();
}

function reload() {
  sessionStorage.setItem(RELOADED, "1");
  location.reload();
}

function focusWanted() {
  const peek = document.querySelector("details.peek[data-wants]:has(.peeks)");
  if (!peek) return;
  const key = peek.dataset.wants;
  delete peek.dataset.wants;
  if (!idle() && held() !== peek.closest("tbody.case")) return; // somebody has gone on
  ([...peek.querySelectorAll(`[data-key="${key}"]`)].find(visible) ?? peek.querySelector("a, button"))?.focus();
}

document.addEventListener("htmx:afterSwap", () => {
  handOn();
  focusWanted();
});
document.addEventListener("htmx:afterSettle", arm);
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Refresh")) sessionStorage.setItem(RELOADED, "1");
});

if (sessionStorage.getItem(RELOADED)) {
  sessionStorage.removeItem(RELOADED);
  const place = document.querySelector("[data-row], .empty h2");
  if (place?.matches("h2")) place.tabIndex = -1;
  place?.focus();
}

// --- an act swaps its row: all rows share one form, a peek has its own ---
document.addEventListener("submit", (event) => {
  const row = event.submitter?.closest("tbody.case"), form = event.target;
  if (!row || form.matches("[hx-post]")) return;
  event.preventDefault();
  const shared = form.id === "bulk"; // a button without an address of its own would give the page's
  htmx.ajax("POST", shared ? event.submitter.formAction : form.action, { source: shared ? event.submitter : form });
});

// --- a peek is fetched when it is opened; until it is there, or if it does not come, a link opens the case ---
document.addEventListener("toggle", (event) => {
  const load = event.target.open && event.target.querySelector(".peek-load:empty");
  if (!load) return;
  const { href } = load.closest("tbody.case").querySelector("[data-row]");
  load.append(document.getElementById("peek-waits").content.cloneNode(true));
  load.querySelector("a").href = href;
  htmx.ajax("GET", `${href}peek/`, { target: load, swap: "outerHTML" });
}, true);

// --- toasts go away after ten seconds, unless somebody is on them ---
function arm() {
  for (const toast of document.querySelectorAll(".toast:not([data-armed])")) {
    toast.dataset.armed = "";
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, TOAST_MS);
  }
}
arm();

// --- the question every minute whether the list still stands ---
function heard(event, show) {
  const news = document.getElementById("news");
  if (!news || event.detail.elt !== news) return;
  show(news);
}

document.addEventListener("htmx:afterRequest", (event) => heard(event, (news) => {
  const answer = event.detail.xhr;
  const fine = answer.status === 204 || answer.status === 200;
  news.querySelector("[data-lost]").hidden = fine;
  if (answer.status === 200) news.querySelector("[data-news]").hidden = false;
  const mark = document.querySelector("#tabs .watermark:not(.stale)");
  const at = answer.getResponseHeader("X-Plimsoll-Updated");
  if (mark && at) mark.textContent = mark.textContent.replace(/\S+$/, at);
}));
