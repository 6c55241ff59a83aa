// The runner's app on this phone: starts the worker, sends what waits, says what still does; and fills in the
// blank forms that the worker shows in a dead spot. Everything works without it, except where there is no line.
import "./queue.js"

const queue = self.plimsollQueue
const here = document.querySelector("[data-owner]")?.dataset // of a page from the server; a kept page has none
const AGAIN = [5000, 15000, 60000] // milliseconds between tries while something waits and the page is open
let own = null
let tries = 0
let timer = null

const show = async () => {
  const waiting = own ? await queue.of(own.owner) : []
  const look = waiting.find(one => one.look)
  for (const place of document.querySelectorAll("[data-waiting]")) {
    place.hidden = !waiting.length
    for (const number of place.querySelectorAll("[data-count]")) number.textContent = waiting.length
    for (const link of place.querySelectorAll("[data-look]")) {
      link.hidden = !look
      if (look) Object.assign(link, { href: look.path, entry: look })
    }
  }
  return waiting.filter(one => !one.look).length
}

const send = async () => {
  clearTimeout(timer)
  await queue.flush()
  if (await show()) timer = setTimeout(send, AGAIN[Math.min(tries++, AGAIN.length - 1)])
  else tries = 0
}

// An entry that has to be looked at comes back into its own form (portal.js puts it there).
const bringBack = event => {
  const entry = event.target.closest?.("[data-look]")?.entry
  if (!entry) return
  const answers = [...entry.answers.filter(([name]) => name !== "client_id"), ["client_id", entry.id]]
  sessionStorage.setItem("plimsoll:unsaved", JSON.stringify({ owner: entry.owner, path: entry.path, answers }))
}

// A blank form gets an id of its own, its address, and only the legs it is about.
const fillIn = form => {
  form.action = location.pathname
  form.elements.client_id.value = crypto.randomUUID()
  const sides = own?.sides ?? []
  for (const one of form.querySelectorAll("[data-side]")) one.hidden = sides.length > 0 && !sides.includes(one.dataset.side)
}

const start = async () => {
  if (!("serviceWorker" in navigator)) return
  const before = await queue.own()
  own = here ? { owner: here.owner, sides: here.sides.split(" ") } : before
  if (here) {
    await queue.introduce(own)
    const registration = await navigator.serviceWorker.register("/me/sw.js", { scope: "/me/", updateViaCache: "none" })
    if (before && before.owner !== own.owner) registration.active?.postMessage("renew") // the help page has the clinic's numbers
  }
  // Every form says in whose account it was filled in, so that it never lands in another one.
  document.addEventListener("formdata", event => own && event.formData.set("owner", own.owner))
  for (const form of document.querySelectorAll("form[data-blank]")) fillIn(form)
  document.addEventListener("click", bringBack)
  queue.news?.addEventListener("message", show)
  addEventListener("online", send)
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send())
  await send()
}

await start()
