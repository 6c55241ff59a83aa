// The installed app's worker: keeps the shell and the blank forms, never a page about anybody; takes an entry
// into the queue when the line is down; shows messages that say nothing but that something is open.
const { version, files, pages } = self.PLIMSOLL
const SHELL = `plimsoll-shell-${version}`
const queue = self.plimsollQueue
const PATIENCE = { "/me/help/": 3000, other: 10000 } // milliseconds to wait for a page before the kept one
const SLOW = 20000 // and for a form

const keepShell = async () => {
  const cache = await caches.open(SHELL)
  await cache.addAll([...files, ...Object.values(pages)].map(path => new Request(path, { cache: "reload", redirect: "error" })))
}

self.addEventListener("install", event => event.waitUntil(keepShell().then(() => self.skipWaiting())))

self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name)
  await self.clients.claim()
})()))

const blank = path => {
  if (path === "/me/help/") return pages.help
  if (path === "/me/runs/new/") return pages.run
  if (path === "/me/morning/" || path.startsWith("/me/checks/")) return pages.check
  return pages.start
}

const kept = async path => (await caches.open(SHELL)).match(path)
const within = (promise, milliseconds) => Promise.race([promise, new Promise((_, reject) => setTimeout(reject, milliseconds, new Error("too slow")))])

const page = async (request, path) => {
  const answer = fetch(request)
  answer.catch(() => {})
  try {
    return await within(answer, PATIENCE[path] ?? PATIENCE.other)
  } catch {
    return await kept(blank(path)) ?? answer
  }
}

const file = async request => {
  try {
    return await fetch(request)
  } catch (problem) {
    const found = await kept(new URL(request.url).pathname)
    if (found) return found
    throw problem
  }
}

// A form: to the server when it can be reached, else into the queue. Only the server's own page says "saved".
const form = async (request, path) => {
  const answers = [...await request.clone().formData()].filter(([, value]) => typeof value === "string")
  if (!answers.some(([name]) => name === "client_id")) return fetch(request) // not an entry of the diary
  try {
    const answer = await within(fetch(request), SLOW)
    if (answer.status !== 403 && answer.status < 500) return answer
  } catch { /* no line */ }
  return keepEntry(answers, path, request.headers.has("HX-Request"))
}

const keepEntry = async (answers, path, isPart) => {
  const { client_id: id, owner } = Object.fromEntries(answers)
  if (!owner) return Response.error() // made in nobody's account
  await queue.keep({ id: id || crypto.randomUUID(), owner, path, answers, toldAt: new Date().toISOString() })
  await self.registration.sync?.register("plimsoll-flush").catch(() => {})
  if (isPart) return new Response(null, { status: 204 })
  return kept(answers.some(([name]) => name === "findings") ? pages.urgent : pages.kept)
}

self.addEventListener("fetch", event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (origin !== self.location.origin) return
  if (request.headers.has("X-Plimsoll-Queue")) return
  if (request.method === "POST" && pathname.startsWith("/me/")) event.respondWith(form(request, pathname))
  else if (request.method === "GET" && request.mode === "navigate" && pathname.startsWith("/me/")) event.respondWith(page(request, pathname))
  else if (request.method === "GET" && files.includes(pathname)) event.respondWith(file(request))
})

// A browser asks again later only when this fails; the line may break once more, or a page be closed while it sends.
const sendAll = async () => {
  await queue.flush()
  if (await queue.waiting()) throw new Error("some entries wait still")
}

self.addEventListener("sync", event => {
  if (event.tag === "plimsoll-flush") event.waitUntil(sendAll())
})

self.addEventListener("message", event => {
  if (event.data === "renew") event.waitUntil(keepShell().catch(() => {}))
})

self.addEventListener("push", event => event.waitUntil((async () => {
  const { title, body, path } = event.data.json()
  await self.registration.showNotification(title, { body, tag: "plimsoll", icon: files.find(one => one.endsWith("app-icon-192.png")), data: { path } })
})()))

self.addEventListener("notificationclick", event => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow(event.notification.data.path))
})
