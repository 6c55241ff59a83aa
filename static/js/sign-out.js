// Signing out on this phone: what waits is sent first, then nothing of the account stays here.
import "./queue.js"

const queue = self.plimsollQueue
const form = document.querySelector("form[data-sign-out]")
const note = document.getElementById("waiting")

const waiting = async () => (await queue.mine()).length

const clear = async () => {
  await queue.clear()
  sessionStorage.clear()
  localStorage.clear()
  for (const one of await navigator.serviceWorker.getRegistrations()) {
    await (await one.pushManager?.getSubscription())?.unsubscribe()
    await one.unregister()
  }
  // After the worker: one that was being renewed would fill them again.
  for (const name of await caches.keys()) if (name.startsWith("plimsoll-")) await caches.delete(name)
}

if ("serviceWorker" in navigator) {
  if (form) {
    form.addEventListener("submit", async event => {
      if (form.dataset.signOut === "now") return
      event.preventDefault()
      if (await waiting()) await queue.flush()
      const left = await waiting()
      if (left) {
        note.querySelector("[data-count]").textContent = left
        note.hidden = false
        note.focus()
        form.dataset.signOut = "now" // the second time it is meant
        return
      }
      form.dataset.signOut = "now"
      form.requestSubmit()
    })
  } else await clear()
}
