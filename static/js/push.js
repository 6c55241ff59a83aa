// Messages on this device: asks the browser, then sends the real form with what the browser gave.
const section = document.getElementById("push")
const part = name => section?.querySelector(`[data-push="${name}"]`)
const start = part("start")
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), sign => sign.charCodeAt(0))

// A browser that said yes under keys of before says it again under ours.
const subscribe = async () => {
  const { pushManager } = await navigator.serviceWorker.ready
  const wish = { userVisibleOnly: true, applicationServerKey: bytes(section.dataset.key) }
  try {
    return await pushManager.subscribe(wish)
  } catch (problem) {
    if (problem.name !== "InvalidStateError") throw problem
    await (await pushManager.getSubscription())?.unsubscribe()
    return pushManager.subscribe(wish)
  }
}

const ask = async () => {
  if (await Notification.requestPermission() !== "granted") return part("refused").hidden = false
  let said
  try {
    said = (await subscribe()).toJSON()
  } catch {
    return part("failed").hidden = false // its push service cannot be reached
  }
  Object.assign(start.elements.endpoint, { value: said.endpoint })
  Object.assign(start.elements.p256dh, { value: said.keys.p256dh })
  Object.assign(start.elements.auth, { value: said.keys.auth })
  start.requestSubmit()
}

if (start && able) {
  start.hidden = false
  start.addEventListener("submit", event => {
    if (start.elements.endpoint.value) return
    event.preventDefault()
    for (const name of ["refused", "failed"]) part(name).hidden = true
    ask()
  })
} else if (section) part("cannot").hidden = false
