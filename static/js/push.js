// Messages on this device: asks the browser, then sends the real form with what the browser gave.
const section = document.getElementById("push")
const part = name => section?.querySelector(`[data-push="${name}"]`)
const start = part("start")
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), sign => sign.charCodeAt(0))

if (start && able) {
  start.hidden = false
  start.addEventListener("submit", async event => {
    if (start.elements.endpoint.value) return
    event.preventDefault()
    if (await Notification.requestPermission() !== "granted") {
      part("refused").hidden = false
      return
    }
    const worker = await navigator.serviceWorker.ready
    const said = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(section.dataset.key) })
    const { endpoint, keys } = said.toJSON()
    Object.assign(start.elements.endpoint, { value: endpoint })
    Object.assign(start.elements.p256dh, { value: keys.p256dh })
    Object.assign(start.elements.auth, { value: keys.auth })
    start.requestSubmit()
  })
} else if (section) part("cannot").hidden = false
